/** Tells whoever waits, in this hub and in others, that something changed: commands, approvals, threads. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterCommit, type Database, type Tx } from '../base/postgres.ts'
import { listen } from '../base/postgres-listen.ts'
import { createNeighbours, tellEveryMs } from './neighbours.ts'

/** `store` has a new command; `thread` shows something else than before. */
export type Change =
  | { readonly kind: 'command'; readonly storeId: string }
  | {
      readonly kind: 'thread'
      readonly chainId: string
      readonly traceId: string
      readonly storeId: string
    }

/** `undefined`: news was lost on the way, anything may have changed. */
type OnChange = (change: Change | undefined) => void

export interface Changes {
  /** Told to all once the transaction is committed; to this process without a way round. */
  announce(tx: Tx, change: Change): void
  subscribe(onChange: OnChange): () => void
  close(): Promise<void>
}

const channel = 'tillway_changes'
/** PostgreSQL carries at most 8,000 bytes; a change takes less than 250. */
const changesPerNoteMax = 25
const waitingMax = 10_000
/** People watch threads, and see no difference; an agent waits for a command. */
const threadsGatherMs = 25

/** A note without changes says that its hub lives; `isLast`, that it stops in order. */
interface Note {
  readonly from: string
  readonly changes: readonly Change[]
  readonly isLast?: boolean
}

export async function openChanges(db: Database, url: string): Promise<Changes> {
  /** Our own announcements come back by the database as well; they are known by this. */
  const self = crypto.randomUUID()
  const subscribers = new Set<OnChange>()
  const waiting: Change[] = []
  const neighbours = createNeighbours()
  let sending: Promise<void> | undefined
  const tell: OnChange = (change) => {
    for (const onChange of subscribers) onChange(change)
  }
  const listener = await listen(url, [channel], (_, payload) => {
    if (payload === '') return tell(undefined)
    const { from, changes, isLast } = JSON.parse(payload) as Note
    if (from === self) return
    if (isLast) neighbours.left(from)
    else neighbours.heard(from, performance.now())
    for (const change of changes) tell(change)
  })

  /**
   * After commits and one at a time: NOTIFY inside a transaction makes all commits of the server
   * queue behind one lock. Should a note get lost, those who wait look again when their wait ends.
   */
  async function send(): Promise<void> {
    while (waiting.length > 0) {
      if (waiting.every(({ kind }) => kind === 'thread')) await sleep(threadsGatherMs)
      await note({ from: self, changes: waiting.splice(0, changesPerNoteMax) })
    }
    sending = undefined
  }

  async function note(content: Note): Promise<void> {
    const payload = JSON.stringify(content)
    await sql`select pg_notify(${channel}, ${payload})`.execute(db).catch(() => undefined)
  }

  /** What a hub that died had committed and told nobody, those who wait here find by looking again. */
  const living = setInterval(() => {
    if (neighbours.anyDied(performance.now())) tell(undefined)
    void note({ from: self, changes: [] })
  }, tellEveryMs)
  void note({ from: self, changes: [] })

  return {
    announce(tx, change) {
      afterCommit(tx, () => {
        tell(change)
        if (waiting.length < waitingMax) waiting.push(change)
        sending ??= send()
      })
    },
    subscribe(onChange) {
      subscribers.add(onChange)
      return () => subscribers.delete(onChange)
    },
    async close() {
      clearInterval(living)
      await sending
      await note({ from: self, changes: [], isLast: true })
      await listener.close()
    },
  }
}
