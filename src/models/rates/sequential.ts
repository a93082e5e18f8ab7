/**
 * Watching one rate event by event, at the edge: the one-sided CUSUM of log-likelihood ratios. Old
 * evidence is counted once, and a good stretch wears an old suspicion off.
 */
import { z } from 'zod'
import { createRandom } from '../math/random.ts'

export const SequentialParameters = z.strictObject({
  /** The peers' rate. */
  rate: z.number().gt(0).lt(1),
  /** How many times that rate is worth an alarm. */
  times: z.number().gt(1).default(3),
  /** The alarm's height. */
  limit: z.number().gt(0).max(100).default(6),
})
export type SequentialParameters = z.output<typeof SequentialParameters>

/** What one event adds: made once, so that an event costs one addition and one comparison. */
export interface Watch {
  readonly onYes: number
  readonly onNo: number
  readonly limit: number
}

export function createWatch({ rate, times, limit }: SequentialParameters): Watch {
  // Not all of a cashier's sales can be voids: the suspected rate stays below one.
  const suspected = Math.min(rate * times, (1 + rate) / 2)
  return {
    onYes: Math.log(suspected / rate),
    onNo: Math.log((1 - suspected) / (1 - rate)),
    limit,
  }
}

/** The new height; an alarm where it reaches `watch.limit`, after which the caller starts from 0. */
export function watchEvent(watch: Watch, height: number, isYes: boolean): number {
  return Math.max(0, height + (isYes ? watch.onYes : watch.onNo))
}

/**
 * The lowest limit of a grid at which an honest cashier raises at most `alarmsMax` alarms in
 * `eventsCount` events: by simulation, over `runs` cashiers.
 */
export function limitFor(
  { rate, times }: Pick<SequentialParameters, 'rate' | 'times'>,
  { eventsCount, alarmsMax, runs = 200, seed = 1 }: LimitWanted,
): number {
  for (let limit = 2; limit < 20; limit += 0.5)
    if (alarmsOf({ rate, times, limit }, { eventsCount, runs, seed }) <= alarmsMax) return limit
  return 20
}

interface LimitWanted {
  readonly eventsCount: number
  readonly alarmsMax: number
  readonly runs?: number
  readonly seed?: number
}

/** Mean number of alarms a run of honest events. */
export function alarmsOf(
  parameters: SequentialParameters,
  { eventsCount, runs, seed }: { eventsCount: number; runs: number; seed: number },
): number {
  const watch = createWatch(parameters)
  const random = createRandom(seed)
  let alarms = 0
  for (let run = 0; run < runs; run += 1) {
    let height = 0
    for (let event = 0; event < eventsCount; event += 1) {
      height = watchEvent(watch, height, random.next() < parameters.rate)
      if (height < watch.limit) continue
      alarms += 1
      height = 0
    }
  }
  return alarms / runs
}
