/**
 * Lifetimes as a Weibull: by maximum likelihood, with devices that are still alive counted for as long
 * as they have lived. Shape above 1 wears out, below 1 is a fault from the beginning.
 */
import { bisect, goldenSection } from '../math/optimise.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface Weibull {
  readonly shape: number
  readonly scale: number
}

const shapeLimits = { least: 1e-3, most: 1e3 } as const

/**
 * @param ages at failure, or so far; above 0
 * @param hasFailed 1 where it failed, 0 where it is alive (right-censored); at least two failures
 * @throws Fault model_input_malformed
 */
export function fitWeibull(ages: ArrayLike<number>, hasFailed: ArrayLike<number>): Weibull {
  if (ages.length !== hasFailed.length) refuse('hasFailed', `${ages.length} values`)
  let [failures, largest, logs] = [0, 0, 0]
  const failedAges = new Set<number>()
  for (let at = 0; at < ages.length; at += 1) {
    if (!(ages[at]! > 0 && Number.isFinite(ages[at]))) refuse(`ages, row ${at}`, 'above 0')
    largest = Math.max(largest, ages[at]!)
    if (hasFailed[at] !== 1) continue
    failures += 1
    logs += Math.log(ages[at]!)
    failedAges.add(ages[at]!)
  }
  if (failures < 2) refuse('hasFailed', 'at least two failures')
  // All at one age and none beyond it: the shape grows without end.
  if (failedAges.size === 1 && largest === [...failedAges][0]) refuse('ages', 'ages that differ')
  const meanLog = logs / failures - Math.log(largest)
  // The profile equation of the shape, ages over the largest so that powers stay finite.
  const slope = (shape: number) => {
    let [powers, weighted] = [0, 0]
    for (let at = 0; at < ages.length; at += 1) {
      const ratio = ages[at]! / largest
      const power = ratio ** shape
      powers += power
      weighted += power * Math.log(ratio)
    }
    return weighted / powers - 1 / shape - meanLog
  }
  const shape = bisect(slope, shapeLimits.least, shapeLimits.most)
  if (Number.isNaN(shape)) refuse('ages', 'ages that a Weibull can describe')
  let powers = 0
  for (let at = 0; at < ages.length; at += 1) powers += (ages[at]! / largest) ** shape
  return { shape, scale: largest * (powers / failures) ** (1 / shape) }
}

/** P(fails within `ahead` | alive at `age`). */
export function failureChance({ shape, scale }: Weibull, age: number, ahead: number): number {
  return -Math.expm1((age / scale) ** shape - ((age + ahead) / scale) ** shape)
}

/** The age by which a share has failed: 0.1 gives what makers call B10. */
export function lifeQuantile({ shape, scale }: Weibull, ratio: number): number {
  return scale * (-Math.log1p(-ratio)) ** (1 / shape)
}

/**
 * The age at which to replace before failure, least cost per time:
 * [planned R(T) + unplanned (1 - R(T))] / integral of R up to T (Barlow and Hunter 1960).
 * Undefined where waiting for the failure is cheaper: no wear-out, or failures that cost no more.
 */
export function preventiveAge(
  weibull: Weibull,
  costs: { readonly plannedMinor: number; readonly unplannedMinor: number },
): { readonly age: number; readonly costMinorPerTime: number } | undefined {
  const { plannedMinor, unplannedMinor } = costs
  if (weibull.shape <= 1 || unplannedMinor <= plannedMinor) return undefined
  const survival = (age: number) => Math.exp(-((age / weibull.scale) ** weibull.shape))
  const rate = (age: number) => {
    const alive = survival(age)
    return (plannedMinor * alive + unplannedMinor * (1 - alive)) / integral(survival, age)
  }
  const longest = lifeQuantile(weibull, 0.999_999)
  const best = goldenSection(rate, longest * 1e-6, longest, { tolerance: longest * 1e-6 })
  if (rate(longest) <= best.value) return undefined
  return { age: best.at, costMinorPerTime: best.value }
}

/** Simpson's rule; the survival of a Weibull is smooth. */
function integral(of: (x: number) => number, to: number, steps = 400): number {
  let total = of(0) + of(to)
  for (let step = 1; step < steps; step += 1)
    total += of((step * to) / steps) * (step % 2 === 1 ? 4 : 2)
  return (total * to) / steps / 3
}
