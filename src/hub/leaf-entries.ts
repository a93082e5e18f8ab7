/** Events enter the log together with their batch's entry in the ledger: a root over their hashes. */
import type { Tx } from '../base/postgres.ts'
import type { Ledger, ReadEvents } from '../ledger/ledger.ts'
import { recordedEvents } from '../ledger/recorded-events.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { AppendResult, EventLog } from '../stream/log.ts'

/** Appends in the caller's transaction; what the log had already gets no second entry. */
export async function appendWithLeaf(
  tx: Tx,
  { log, ledger }: { readonly log: EventLog; readonly ledger: Ledger },
  agentId: string,
  events: readonly AnyEvent[],
): Promise<AppendResult> {
  const result = await log.append(events, { tx })
  if (result.positions.length > 0) {
    const at = new Date().toISOString()
    await ledger.record(tx, [recordedEvents(result.positions, at, { type: 'agent', id: agentId })])
  }
  return result
}

/** Reads the events behind an entry again; `undefined` when retention has dropped them. */
export function readEventsOf(log: EventLog): ReadEvents {
  return async (chainId, { partition, first, last }) => {
    const events: AnyEvent[] = []
    for (let position = first - 1; position < last; ) {
      const page = await log.read(
        chainId,
        { partition, position },
        { limit: Math.min(1000, last - position) },
      )
      const wanted = page.filter((logged) => logged.position <= last)
      const newest = wanted.at(-1)
      if (newest === undefined) return undefined
      events.push(...wanted.map(({ event }) => event))
      position = newest.position
    }
    return events
  }
}
