/**
 * Group commit: writes asked for at about the same time share one transaction and one flush to
 * disk. A group is closed at the first turn of the event loop that brings no further write, so that
 * a lone write waits for nothing and a storm is flushed in large groups. A promise resolves when
 * its write is durable.
 */
import type { Database } from './database.ts'

export interface Writer {
  /** `write` may run twice (the second time alone, when another write of its group failed). */
  commit<Result>(write: () => Result): Promise<Result>
  /** Goes along with the next group, at the latest after `laterMs`; for what may be lost. */
  later(write: () => void): void
  /** Commits what waits, now. */
  flush(): void
}

export interface WriterHooks {
  /** First in each transaction. */
  readonly begin: () => void
  readonly settle: (isCommitted: boolean) => void
}

interface Waiting {
  readonly write: () => unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

const laterMs = 50
/** Past either, a group waits for no more. */
const group = { writesMax: 512, turnsMax: 8 } as const

export function createWriter(database: Database, hooks: WriterHooks): Writer {
  const begin = database.prepare('begin immediate')
  const end = database.prepare('commit')
  const rollback = database.prepare('rollback')
  let waiting: Waiting[] = []
  let deferred: (() => void)[] = []
  let isScheduled = false
  let turnsCount = 0
  let waitingBefore = 0
  let timer: NodeJS.Timeout | undefined

  function transact(writes: readonly (() => unknown)[]): unknown[] {
    begin.run()
    try {
      hooks.begin()
      const results = writes.map((write) => write())
      end.run()
      hooks.settle(true)
      return results
    } catch (error) {
      if (database.isTransaction) rollback.run()
      hooks.settle(false)
      throw error
    }
  }

  function closeGroup(): void {
    const isGrowing = waiting.length > waitingBefore
    waitingBefore = waiting.length
    turnsCount += 1
    if (isGrowing && waiting.length < group.writesMax && turnsCount < group.turnsMax)
      setImmediate(closeGroup)
    else flush()
  }

  function flush(): void {
    isScheduled = false
    turnsCount = 0
    waitingBefore = 0
    clearTimeout(timer)
    timer = undefined
    const members = waiting
    const extra = deferred
    if (members.length === 0 && extra.length === 0) return
    waiting = []
    deferred = []
    try {
      const results = transact([...members.map(({ write }) => write), ...extra])
      members.forEach(({ resolve }, index) => void resolve(results[index] as never))
    } catch {
      for (const member of members) commitAlone(member)
    }
  }

  /** One that fails must not take its neighbours along. */
  function commitAlone({ write, resolve, reject }: Waiting): void {
    try {
      const [result] = transact([write])
      resolve(result as never)
    } catch (error) {
      reject(error)
    }
  }

  return {
    commit: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve: resolve as (result: never) => void, reject })
        if (isScheduled) return
        isScheduled = true
        setImmediate(closeGroup)
      }),
    later(write) {
      deferred.push(write)
      timer ??= setTimeout(flush, laterMs)
    },
    flush,
  }
}
