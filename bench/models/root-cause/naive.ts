/** What somebody with a table would say: the one value of one dimension with most failures too many. */
import type { Incident } from '../../../src/models/root-cause/incident.ts'

export function mostExcess({ dimensions, isNow, attempts, failures }: Incident): string {
  let best = { key: '', excess: Number.NEGATIVE_INFINITY }
  for (const { name, codes, values } of dimensions)
    for (const [code, value] of values.entries()) {
      let [now, failedNow, before, failedBefore] = [0, 0, 0, 0]
      for (let row = 0; row < attempts.length; row += 1) {
        if (codes[row] !== code) continue
        if (isNow[row]! > 0) {
          now += attempts[row]!
          failedNow += failures[row]!
        } else {
          before += attempts[row]!
          failedBefore += failures[row]!
        }
      }
      const excess = failedNow - (now * failedBefore) / Math.max(1, before)
      if (excess > best.excess) best = { key: `${name}=${value}`, excess }
    }
  return best.key
}
