/** Amounts among peers: how far each is from the middle, on a scale that outliers do not move. */
import { checkFinite, refuseInput } from '../inputs.ts'
import { median, type Numbers, robustScale } from '../math/statistics.ts'

/** Iglewicz and Hoaglin's limit for the size of a robust score. */
export const strikingScore = 3.5

/**
 * Robust scores of log amounts: 0.6745 times the distance from the median over the median distance.
 * @param amounts above 0, of one currency
 * @returns one score each; 0 where all peers are alike
 * @throws Fault model_input_malformed
 */
export function amountScores(amounts: Numbers): Float64Array {
  checkFinite('amounts', amounts)
  for (let at = 0; at < amounts.length; at += 1)
    if (amounts[at]! <= 0) refuseInput(`amounts, row ${at}`, 'a number above 0')
  const logs = Float64Array.from(amounts, Math.log)
  const centre = median(logs)
  const scale = robustScale(logs)
  // Rounding alone must not make equal amounts differ.
  return logs.map((one) => (scale > 1e-12 ? (one - centre) / scale : 0))
}
