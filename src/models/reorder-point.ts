/**
 * When and how much to order of one SKU in one store: an exponentially weighted daily rate, shrunk
 * to the store's own average, a negative binomial over lead time and review, and whole packs.
 */

export const reorderPointVersion = 'reorder_point@1'

export interface ReorderInput {
  /** Units sold on each day, oldest first, days without sales as 0; days before the first sale left out. */
  readonly dailyUnits: readonly number[]
  /** Mean units a day over the store's other SKUs: what little history is pulled towards. */
  readonly storeMeanUnits: number
  readonly onHandUnits: number
  /** Ordered and not yet received. */
  readonly onOrderUnits: number
  readonly leadTimeDays: number
  readonly reviewDays: number
  /** How many days an order should last. */
  readonly cycleDays: number
  readonly packUnits: number
  /** Chance of not running out until the next order arrives, 0 to 1. */
  readonly serviceRatio: number
}

export interface ReorderAdvice {
  readonly orderUnits: number
  readonly reorderPointUnits: number
  readonly orderUpToUnits: number
  readonly dailyMeanUnits: number
  /** Variance over mean of a day's demand; at least 1. */
  readonly dispersion: number
}

const decay = 0.985
const priorDays = 5
const priorDispersion = { dispersion: 1.6, units: 25 } as const

export function adviseReorder(input: ReorderInput): ReorderAdvice {
  const dailyMeanUnits = weightedMean(input.dailyUnits, input.storeMeanUnits)
  const dispersion = pooledDispersion(input.dailyUnits)
  const protectionDays = input.leadTimeDays + input.reviewDays
  const mean = dailyMeanUnits * protectionDays
  const reorderPointUnits = quantileUnits(mean, mean * dispersion, input.serviceRatio)
  const orderUpToUnits = reorderPointUnits + Math.ceil(dailyMeanUnits * input.cycleDays)
  const positionUnits = input.onHandUnits + input.onOrderUnits
  const missingUnits = positionUnits <= reorderPointUnits ? orderUpToUnits - positionUnits : 0
  return {
    orderUnits: Math.max(0, Math.ceil(missingUnits / input.packUnits) * input.packUnits),
    reorderPointUnits,
    orderUpToUnits,
    dailyMeanUnits,
    dispersion,
  }
}

function weightedMean(dailyUnits: readonly number[], priorMean: number): number {
  let weight = priorDays
  let sum = priorDays * priorMean
  let dayWeight = 1
  for (const units of dailyUnits.toReversed()) {
    weight += dayWeight
    sum += dayWeight * units
    dayWeight *= decay
  }
  return sum / weight
}

function pooledDispersion(dailyUnits: readonly number[]): number {
  const { dispersion: prior, units: priorUnits } = priorDispersion
  const total = dailyUnits.reduce((sum, units) => sum + units, 0)
  if (dailyUnits.length < 2 || total === 0) return prior
  const mean = total / dailyUnits.length
  const variance =
    dailyUnits.reduce((sum, units) => sum + (units - mean) ** 2, 0) / (dailyUnits.length - 1)
  return Math.max(1, (total * (variance / mean) + priorUnits * prior) / (total + priorUnits))
}

/** The smallest count that demand stays within with the given chance; past 400 units a normal is enough. */
function quantileUnits(mean: number, variance: number, ratio: number): number {
  if (mean <= 0) return 0
  if (mean > 400) return Math.ceil(mean + normalQuantile(ratio) * Math.sqrt(variance))
  const isPoisson = variance <= mean * 1.000001
  const size = isPoisson ? 0 : mean ** 2 / (variance - mean)
  const success = isPoisson ? 0 : size / (size + mean)
  let probability = isPoisson ? Math.exp(-mean) : success ** size
  let cumulative = probability
  let count = 0
  while (cumulative < ratio && count < 10_000) {
    probability *= isPoisson ? mean / (count + 1) : ((count + size) / (count + 1)) * (1 - success)
    cumulative += probability
    count += 1
  }
  return count
}

/** Abramowitz and Stegun 26.2.23: within 4.5e-4 for ratios from one half up. */
function normalQuantile(ratio: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - Math.min(Math.max(ratio, 0.5), 0.9999)))
  return (
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t ** 2) /
      (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3)
  )
}
