/**
 * What comes while others are at work gathers and is then taken together: a lone item waits for
 * nothing, and a crowd shares the cost of a transaction.
 */
import { Fault } from '../../base/fault.ts'
import { isUnreachable } from '../../base/postgres.ts'

export interface BatchLimits {
  /** Of one batch. */
  readonly itemsMax: number
  readonly underWayMax: number
  /** Past this an item is refused. */
  readonly waitingMax: number
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly signal: AbortSignal
  readonly settle: PromiseWithResolvers<Answer>
}

/** @param take answers each item in its place; when it throws for several, each is tried alone */
export function createBatches<Item, Answer>(
  limits: BatchLimits,
  take: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item, signal: AbortSignal) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = []
  let underWay = 0

  async function work(): Promise<void> {
    underWay += 1
    for (;;) {
      const batch = waiting.splice(0, limits.itemsMax).filter(isHeard)
      if (batch.length > 0) await takeBatch(batch)
      else if (waiting.length === 0) break
    }
    underWay -= 1
  }

  async function takeBatch(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await take(batch.map(({ item }) => item))
      batch.forEach(({ settle }, index) => {
        settle.resolve(answers[index] as Answer)
      })
    } catch (error) {
      // One that fails must not take its neighbours along; without a database all fail alike.
      if (batch.length > 1 && !isUnreachable(error)) for (const one of batch) await takeBatch([one])
      else for (const { settle } of batch) settle.reject(error)
    }
  }

  return async (item, signal) => {
    if (waiting.length >= limits.waitingMax) throw new Fault('too_many_requests')
    const settle = Promise.withResolvers<Answer>()
    waiting.push({ item, signal, settle })
    if (underWay < limits.underWayMax) void work()
    return await settle.promise
  }
}

/** What nobody waits for any more is not worked for. */
function isHeard<Item, Answer>({ signal, settle }: Waiting<Item, Answer>): boolean {
  if (signal.aborted) settle.reject(new Fault('not_ready', { why: 'the caller did not wait' }))
  return !signal.aborted
}
