/**
 * Hundreds of thousands of SKU-stores at once: an exponentially weighted level without the pooled
 * season, each dispersion pulled to its pool's, and a negative binomial over the protection interval.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'
import { notKnown } from './masking.ts'

export interface LongTailRows {
  readonly seriesCount: number
  readonly periodsCount: number
  /** By series, then period, oldest first; `notKnown` (65,535) where sold out or closed. */
  readonly units: Uint16Array
  readonly poolOf: Uint32Array | Uint16Array
  readonly poolsCount: number
  /** By pool and place, mean 1, as `pooledSeason` gives; period 0 is place 0. */
  readonly season: Float64Array
  readonly seasonPeriods: number
}

export interface LongTailSettings {
  /** Weight of a period over that of the next. */
  readonly decay: number
  /** The pool's mean counts as at most so many periods, as many as its series are alike. */
  readonly levelPriorPeriodsMax: number
  /** The pool's dispersion counts as so many units. */
  readonly dispersionPriorUnits: number
}

export const longTailDefaults: LongTailSettings = {
  decay: 0.985,
  levelPriorPeriodsMax: 30,
  dispersionPriorUnits: 25,
}

/** One number a series. */
export interface LongTailLevels {
  /** Units a period, its season taken out. */
  readonly level: Float64Array
  /** Variance over mean of one period, at least 1. */
  readonly dispersion: Float64Array
  /** Units that stand behind the level. */
  readonly unitsBehind: Float64Array
}

/** Sums over all periods by pool, as if all were known; what is not is taken off by series. */
interface WholeSums {
  readonly weight: Float64Array
  readonly factor: Float64Array
  readonly factorSquared: Float64Array
}

/** @throws Fault model_input_malformed */
export function fitLongTail(
  rows: LongTailRows,
  settings: LongTailSettings = longTailDefaults,
): LongTailLevels {
  check(rows, settings)
  const { seriesCount, periodsCount } = rows
  const weights = Float64Array.from(
    { length: periodsCount },
    (_, period) => settings.decay ** (periodsCount - 1 - period),
  )
  const behind = periodsCount === 0 ? 0 : sumOf(weights) ** 2 / sumOf(weights.map((w) => w * w))
  const parts: LongTailLevels = {
    level: new Float64Array(seriesCount),
    dispersion: new Float64Array(seriesCount),
    unitsBehind: new Float64Array(seriesCount),
  }
  const sold = new Float64Array(seriesCount)
  const exposure = new Float64Array(seriesCount)
  readAll(rows, weights, parts, sold, exposure)
  pool(rows, parts, sold, exposure, settings, behind / Math.max(sumOf(weights), 1e-300))
  return parts
}

/** Leaves in `level` weighted units, in `exposure` weighted periods, in `dispersion` the own one. */
function readAll(
  rows: LongTailRows,
  weights: Float64Array,
  { level, dispersion }: LongTailLevels,
  sold: Float64Array,
  exposure: Float64Array,
): void {
  const { seriesCount, periodsCount, units, poolOf } = rows
  const factors = factorsByPeriod(rows)
  const whole = wholeSums(rows, weights, factors)
  for (let series = 0; series < seriesCount; series += 1) {
    const pool = poolOf[series]!
    const start = series * periodsCount
    const own = pool * periodsCount
    let weight = whole.weight[pool]!
    let factor = whole.factor[pool]!
    let factorSquared = whole.factorSquared[pool]!
    let [known, weighted, total, squares, both] = [periodsCount, 0, 0, 0, 0]
    for (let period = 0; period < periodsCount; period += 1) {
      const value = units[start + period]!
      const index = factors[own + period]!
      // The one branch, and rarely taken: what sells now and then is no surprise to the processor.
      if (value === notKnown) {
        known -= 1
        weight -= weights[period]! * index
        factor -= index
        factorSquared -= index * index
        continue
      }
      weighted += weights[period]! * value
      total += value
      squares += value * value
      both += value * index
    }
    level[series] = weighted
    exposure[series] = Math.max(0, weight)
    sold[series] = total
    const mean = factor > 1e-9 ? total / factor : 0
    const variance =
      (squares - 2 * mean * both + mean * mean * factorSquared) / Math.max(1, known - 1)
    dispersion[series] = total > 0 ? Math.max(0, (variance * known) / total) : 1
  }
}

/** What the series of a pool have in common. */
interface PoolPrior {
  readonly level: number
  /** The pool's level counts as so many periods: few where its series differ much. */
  readonly periods: number
  readonly dispersion: number
}

function pool(
  rows: LongTailRows,
  { level, dispersion, unitsBehind }: LongTailLevels,
  sold: Float64Array,
  exposure: Float64Array,
  settings: LongTailSettings,
  behindPerWeight: number,
): void {
  const { seriesCount, poolOf } = rows
  const priors = priorsOf(rows, level, dispersion, sold, exposure, settings, behindPerWeight)
  for (let series = 0; series < seriesCount; series += 1) {
    const prior = priors[poolOf[series]!]!
    const weight = exposure[series]! + prior.periods
    level[series] =
      weight > 0 ? (level[series]! + prior.periods * prior.level) / weight : prior.level
    dispersion[series] = Math.max(
      1,
      (sold[series]! * dispersion[series]! + settings.dispersionPriorUnits * prior.dispersion) /
        (sold[series]! + settings.dispersionPriorUnits),
    )
    unitsBehind[series] = level[series]! * weight * behindPerWeight
  }
}

/** Rates across a pool are taken for gamma: its mean, and what of their spread is not chance. */
function priorsOf(
  { seriesCount, poolOf, poolsCount }: LongTailRows,
  weighted: Float64Array,
  dispersion: Float64Array,
  sold: Float64Array,
  exposure: Float64Array,
  { levelPriorPeriodsMax }: LongTailSettings,
  behindPerWeight: number,
): PoolPrior[] {
  const sums = Array.from({ length: poolsCount }, () => ({
    count: 0,
    rate: 0,
    rateSquared: 0,
    chance: 0,
    spread: 0,
    units: 0,
  }))
  for (let series = 0; series < seriesCount; series += 1) {
    const sum = sums[poolOf[series]!]!
    // Each dispersion by its units, as it is as sure as they are many.
    sum.spread += dispersion[series]! * sold[series]!
    sum.units += sold[series]!
    if (!(exposure[series]! > 0)) continue
    const rate = weighted[series]! / exposure[series]!
    sum.count += 1
    sum.rate += rate
    sum.rateSquared += rate * rate
    sum.chance += rate / (exposure[series]! * behindPerWeight)
  }
  return sums.map((sum) => {
    const usual = sum.units > 0 ? Math.max(1, sum.spread / sum.units) : 1
    const count = Math.max(1, sum.count)
    const mean = sum.rate / count
    const between = sum.rateSquared / count - mean * mean - (usual * sum.chance) / count
    const periods =
      between > 0 ? Math.min(levelPriorPeriodsMax, (usual * mean) / between) : levelPriorPeriodsMax
    return { level: mean, periods, dispersion: usual }
  })
}

function factorsByPeriod({ periodsCount, poolsCount, season, seasonPeriods }: LongTailRows) {
  const factors = new Float64Array(poolsCount * periodsCount)
  for (let pool = 0; pool < poolsCount; pool += 1)
    for (let period = 0; period < periodsCount; period += 1)
      factors[pool * periodsCount + period] =
        season[pool * seasonPeriods + (period % seasonPeriods)]!
  return factors
}

function wholeSums(
  { periodsCount, poolsCount }: LongTailRows,
  weights: Float64Array,
  factors: Float64Array,
): WholeSums {
  const sums = {
    weight: new Float64Array(poolsCount),
    factor: new Float64Array(poolsCount),
    factorSquared: new Float64Array(poolsCount),
  }
  for (let pool = 0; pool < poolsCount; pool += 1)
    for (let period = 0; period < periodsCount; period += 1) {
      const factor = factors[pool * periodsCount + period]!
      sums.weight[pool]! += weights[period]! * factor
      sums.factor[pool]! += factor
      sums.factorSquared[pool]! += factor * factor
    }
  return sums
}

function sumOf(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function check(rows: LongTailRows, { decay }: LongTailSettings): void {
  const { seriesCount, periodsCount, units, poolOf, poolsCount, season, seasonPeriods } = rows
  if (!(decay > 0 && decay <= 1)) refuse('decay', 'above 0, at most 1')
  if (units.length !== seriesCount * periodsCount)
    refuse('units', `${seriesCount * periodsCount} numbers`)
  if (poolOf.length !== seriesCount) refuse('poolOf', `${seriesCount} pools`)
  if (season.length !== poolsCount * seasonPeriods)
    refuse('season', `${poolsCount * seasonPeriods} factors`)
  for (let series = 0; series < seriesCount; series += 1)
    if (poolOf[series]! >= poolsCount) refuse(`poolOf, series ${series}`, `below ${poolsCount}`)
  for (const factor of season)
    if (!(factor >= 0 && Number.isFinite(factor))) refuse('season', 'finite factors of at least 0')
}
