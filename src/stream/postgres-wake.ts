/**
 * Wakes readers when something was appended: those of this process at once, those of others by
 * NOTIFY. It is sent after the commit and never inside a transaction, since a transaction that
 * notifies takes a lock that lets only one such commit happen at a time.
 */
import { sql } from 'kysely'
import { afterCommit, type Database, type Tx } from '../base/postgres.ts'
import { type Listener, listen } from '../base/postgres-listen.ts'

const eventsChannel = 'tillway_events'

/** Undefined partitions or types: any may have something new. */
type OnWake = (partitions?: ReadonlySet<number>, types?: ReadonlySet<string>) => void

interface News {
  readonly partitions: ReadonlySet<number>
  readonly types: ReadonlySet<string>
}

export interface Wake {
  /** Wakes readers of the chain once `tx` is committed. */
  after(tx: Tx, chainId: string, news: News): Promise<void>
  now(chainId: string, partitions?: Iterable<number>): void
  /** @returns how to stop listening */
  on(chainId: string, onWake: OnWake): Promise<() => void>
  close(): Promise<void>
}

export function createWake(db: Database, url: string, channel = eventsChannel): Wake {
  const readers = new Map<string, Set<OnWake>>()
  let listener: Promise<Listener> | undefined
  let unsent = new Set<string>()
  let sending: Promise<void> | undefined

  function tell(payload: string): void {
    if (payload === '') {
      for (const onWakes of readers.values()) for (const onWake of onWakes) onWake()
      return
    }
    const [chainId = '', list = '', names = ''] = payload.split(':')
    const partitions = list === '' ? undefined : new Set(list.split(',').map(Number))
    const types = names === '' ? undefined : new Set(names.split(','))
    for (const onWake of readers.get(chainId) ?? []) onWake(partitions, types)
  }

  function send(payload: string): void {
    tell(payload)
    unsent.add(payload)
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
  }

  async function sendAll(): Promise<void> {
    while (unsent.size > 0) {
      const payloads = [...unsent]
      unsent = new Set()
      // When it fails the others find out by their slow look around.
      await sql`select pg_notify(${channel}, payload) from unnest(${payloads}::text[]) as payload`
        .execute(db)
        .catch(() => {})
    }
  }

  return {
    async after(tx, chainId, { partitions, types }) {
      const payload = `${chainId}:${[...partitions].join(',')}:${[...types].join(',')}`
      if (afterCommit(tx, () => send(payload))) return
      await sql`select pg_notify(${channel}, ${payload})`.execute(tx)
    },
    now(chainId, partitions) {
      send(`${chainId}:${partitions === undefined ? '' : [...partitions].join(',')}`)
    },
    async on(chainId, onWake) {
      listener ??= listen(url, [channel], (_channel, payload) => tell(payload))
      try {
        await listener
      } catch (error) {
        listener = undefined
        throw error
      }
      const ofChain = readers.get(chainId) ?? new Set()
      readers.set(chainId, ofChain.add(onWake))
      return () => ofChain.delete(onWake)
    },
    async close() {
      readers.clear()
      await sending
      await (await listener)?.close()
    },
  }
}
