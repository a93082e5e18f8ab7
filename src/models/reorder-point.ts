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

/** What no shelf reaches. Figures past it are taken for it, so that no sum overflows. */
const unitsMax = 1e9
const daysMax = 1000
const serviceRatioMax = 0.9999

export function adviseReorder(input: ReorderInput): ReorderAdvice {
  // More brought back than sold on a day is no demand below zero.
  const dailyUnits = input.dailyUnits.map((units) => within(units, 0, unitsMax))
  const dailyMeanUnits = weightedMean(dailyUnits, within(input.storeMeanUnits, 0, unitsMax))
  const dispersion = pooledDispersion(dailyUnits)
  const protectionDays = within(input.leadTimeDays + input.reviewDays, 0, daysMax)
  const mean = dailyMeanUnits * protectionDays
  const serviceRatio = Math.min(input.serviceRatio, serviceRatioMax)
  const reorderPointUnits = quantileUnits(mean, dispersion, serviceRatio)
  const cycleUnits = Math.ceil(dailyMeanUnits * within(input.cycleDays, 0, daysMax))
  const orderUpToUnits = reorderPointUnits + cycleUnits
  const positionUnits =
    within(input.onHandUnits, -unitsMax, unitsMax) + within(input.onOrderUnits, 0, unitsMax)
  const missingUnits = positionUnits <= reorderPointUnits ? orderUpToUnits - positionUnits : 0
  return {
    orderUnits: wholePacks(missingUnits, within(Math.ceil(input.packUnits), 1, unitsMax)),
    reorderPointUnits,
    orderUpToUnits,
    dailyMeanUnits,
    dispersion,
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

function wholePacks(units: number, packUnits: number): number {
  return units <= 0 ? 0 : Math.ceil(units / packUnits) * packUnits
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
  const mean = dailyUnits.length < 2 ? 0 : total / dailyUnits.length
  if (mean === 0) return prior
  const variance =
    dailyUnits.reduce((sum, units) => sum + (units - mean) ** 2, 0) / (dailyUnits.length - 1)
  return Math.max(1, (total * (variance / mean) + priorUnits * prior) / (total + priorUnits))
}

/** Past this mean a formula is near enough, and counting up to the quantile would take long. */
const countedMeanMax = 400

/** The smallest count that demand stays within with the given chance. */
function quantileUnits(mean: number, dispersion: number, ratio: number): number {
  if (mean <= 0) return 0
  if (mean <= countedMeanMax) return countedQuantile(mean, dispersion, ratio)
  // Never below what is counted where the formula takes over: more demand is never less stock.
  return Math.max(
    countedQuantile(countedMeanMax, dispersion, ratio),
    approximateQuantile(mean, dispersion, ratio),
  )
}

/** By adding up the chances of 0, 1, 2 … of a negative binomial, a Poisson where it is one. */
function countedQuantile(mean: number, dispersion: number, ratio: number): number {
  const isPoisson = dispersion <= 1.000001
  const size = isPoisson ? 0 : mean / (dispersion - 1)
  const success = 1 / dispersion
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

/** A normal, corrected for the skew of the negative binomial (Cornish and Fisher's first term). */
function approximateQuantile(mean: number, dispersion: number, ratio: number): number {
  const z = normalQuantile(ratio)
  const skewUnits = ((z ** 2 - 1) * (2 * dispersion - 1)) / 6
  return Math.ceil(mean + z * Math.sqrt(mean * dispersion) + skewUnits)
}

/** Abramowitz and Stegun 26.2.23: within 4.5e-4 for ratios from one half up. */
function normalQuantile(ratio: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - Math.max(ratio, 0.5)))
  return (
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t ** 2) /
      (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3)
  )
}
