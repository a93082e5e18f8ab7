/** What the point of sale of each store can do, as its agent last reported. */
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Action } from '../actions/action.ts'
import type { Tx } from '../base/postgres.ts'
import type { AgentState } from '../link/protocol.ts'

export interface Support {
  readonly by: 'vendor_api' | 'document' | 'none' | 'register'
  readonly says: string
}

export interface CapabilityBook {
  supportOf(
    tx: Tx,
    store: { readonly chainId: string; readonly storeId: string },
    action: Action,
  ): Promise<Support>
  forget(): void
}

const freshMs = 10_000

export function createCapabilityBook(): CapabilityBook {
  const known = new LRUCache<string, ReadonlyMap<string, Support>>({ max: 20_000, ttl: freshMs })

  async function load(
    tx: Tx,
    chainId: string,
    storeId: string,
  ): Promise<ReadonlyMap<string, Support>> {
    const { rows } = await sql<{ state: AgentState | null }>`
      select state from agent where chain_id = ${chainId} and ${storeId} = any(store_ids)
        and state is not null limit 1`.execute(tx)
    const connection = rows[0]?.state?.connections.find(({ storeIds }) =>
      storeIds.includes(storeId),
    )
    return new Map(Object.entries(connection?.actions ?? {}) as [string, Support][])
  }

  return {
    async supportOf(tx, { chainId, storeId }, action) {
      if (action.target === 'register') return { by: 'register', says: 'The agent answers it.' }
      const key = `${chainId}|${storeId}`
      let supports = known.get(key)
      if (supports === undefined) {
        supports = await load(tx, chainId, storeId)
        if (supports.size > 0) known.set(key, supports)
      }
      // Nothing reported yet: the command waits for the agent, which refuses what it cannot do.
      return supports.get(action.name) ?? { by: 'vendor_api', says: 'Not reported yet.' }
    },
    forget: () => known.clear(),
  }
}
