/** From chances to alarms: the threshold that costs least, or finds best, on rows not learned from. */
import { z } from 'zod'

export const AlarmAim = z.discriminatedUnion('kind', [
  /** Misses and false alarms weigh the same. */
  z.strictObject({ kind: z.literal('f1') }),
  z.strictObject({
    kind: z.literal('cost'),
    /** A visit for nothing. */
    falseAlarmMinor: z.number().nonnegative(),
    /** A failure that nobody was warned of, beyond what a planned repair costs. */
    missedMinor: z.number().positive(),
  }),
])
export type AlarmAim = z.output<typeof AlarmAim>

export interface Threshold {
  /** Alarm at or above. */
  readonly score: number
  readonly precision: number
  readonly recall: number
}

/**
 * Half-way between two neighbouring scores, so that other data fall on either side.
 * @param labels 0 or 1, one a score, at least one 1
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  aim: AlarmAim,
): Threshold {
  const order = Uint32Array.from({ length: scores.length }, (_, at) => at)
  order.sort((a, b) => scores[b]! - scores[a]! || a - b)
  let ones = 0
  for (let row = 0; row < labels.length; row += 1) ones += labels[row]!
  const lossAt = (found: number, alarms: number) =>
    aim.kind === 'f1'
      ? -(2 * found) / Math.max(1, alarms + ones)
      : (alarms - found) * aim.falseAlarmMinor + (ones - found) * aim.missedMinor
  let best = { loss: lossAt(0, 0), found: 0, alarms: 0, score: (scores[order[0]!] ?? 0) + 1 }
  let found = 0
  for (const [at, row] of order.entries()) {
    found += labels[row]!
    const next = order[at + 1]
    // Equal scores are all in or all out.
    if (next !== undefined && scores[next] === scores[row]) continue
    const loss = lossAt(found, at + 1)
    if (loss < best.loss) {
      const below = next === undefined ? scores[row]! : scores[next]!
      best = { loss, found, alarms: at + 1, score: (scores[row]! + below) / 2 }
    }
  }
  return {
    score: best.score,
    precision: best.found / Math.max(1, best.alarms),
    recall: best.found / Math.max(1, ones),
  }
}
