/**
 * When and how much to order of one SKU in one store: an exponentially weighted daily rate, shrunk
 * to the store's own average, a negative binomial over lead time and review, and whole packs.
 */
import { countQuantile } from './math/negative-binomial.ts'

export const reorderPointVersion = 'reorder_point@2'

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
  const serviceRatio = within(input.serviceRatio, 0, serviceRatioMax)
  const reorderPointUnits = countQuantile(serviceRatio, mean, mean * dispersion)
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
