/** Demand until an order placed later can arrive: a mixture over the vendor's lead times. */
import { countCdf, countQuantile } from '../math/negative-binomial.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface LeadTime {
  /** Whole periods from order to shelf. */
  readonly periods: number
  readonly chance: number
}

export interface DemandAhead {
  /** Mean units of each next period, first the one that begins now; at least as long as needed. */
  readonly means: ArrayLike<number>
  /** Variance over mean. */
  readonly dispersion: number
  /** Units behind the means; infinite where they are certain. */
  readonly unitsBehind: number
}

const leadTimePeriodsMax = 1000

/** The empirical distribution of past lead times, each as likely; at least one. */
export function leadTimesOf(history: ArrayLike<number>): LeadTime[] {
  const counts = new Map<number, number>()
  for (let at = 0; at < history.length; at += 1) {
    const periods = history[at]!
    if (!(Number.isInteger(periods) && periods >= 0 && periods <= leadTimePeriodsMax))
      refuse(`leadTimes, order ${at}`, `0 to ${leadTimePeriodsMax} whole periods`)
    counts.set(periods, (counts.get(periods) ?? 0) + 1)
  }
  if (counts.size === 0) refuse('leadTimes', 'at least one order')
  return [...counts]
    .map(([periods, count]) => ({ periods, chance: count / history.length }))
    .sort((a, b) => a.periods - b.periods)
}

export interface ProtectionDemand {
  readonly meanUnits: number
  readonly varianceUnits: number
  /** P(demand <= units). */
  cdf(units: number): number
  /** Fewest units that demand stays within with chance `ratio`; never fewer for a larger ratio. */
  quantile(ratio: number): number
}

/** Demand over lead time and review. @throws Fault model_input_malformed */
export function protectionDemand(
  demand: DemandAhead,
  leadTimes: readonly LeadTime[],
  reviewPeriods: number,
): ProtectionDemand {
  if (!(Number.isInteger(reviewPeriods) && reviewPeriods >= 0))
    refuse('reviewPeriods', 'whole periods')
  if (!(demand.dispersion >= 0)) refuse('dispersion', 'at least 0')
  const parts = leadTimes.map(({ periods, chance }) => {
    const mean = sumOf(demand.means, periods + reviewPeriods)
    const unsure =
      demand.unitsBehind > 0 ? (mean * mean * demand.dispersion) / demand.unitsBehind : 0
    return { mean, variance: mean * demand.dispersion + unsure, chance }
  })
  const total = parts.reduce((sum, { chance }) => sum + chance, 0)
  if (!(Math.abs(total - 1) < 1e-6)) refuse('leadTimes', 'chances that add up to 1')
  const meanUnits = parts.reduce((sum, { mean, chance }) => sum + mean * chance, 0)
  const squares = parts.reduce(
    (sum, { mean, variance, chance }) => sum + chance * (variance + mean * mean),
    0,
  )
  const cdf = (units: number) =>
    parts.reduce(
      (sum, { mean, variance, chance }) => sum + chance * countCdf(units, mean, variance),
      0,
    )
  return {
    meanUnits,
    varianceUnits: Math.max(0, squares - meanUnits * meanUnits),
    cdf,
    quantile(ratio) {
      if (!(ratio >= 0 && ratio <= 1)) refuse('ratio', '0 to 1')
      const ends = parts.map(({ mean, variance }) => countQuantile(ratio, mean, variance))
      let [low, high] = [Math.min(...ends) - 1, Math.max(...ends)]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (cdf(middle) >= Math.min(ratio, 1 - 1e-12)) high = middle
        else low = middle
      }
      return high
    },
  }
}

function sumOf(means: ArrayLike<number>, periods: number): number {
  if (means.length < periods) refuse('means', `at least ${periods} periods ahead`)
  let sum = 0
  for (let period = 0; period < periods; period += 1) {
    if (!(means[period]! >= 0 && Number.isFinite(means[period])))
      refuse(`means, period ${period}`, 'at least 0')
    sum += means[period]!
  }
  return sum
}
