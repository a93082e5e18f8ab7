/**
 * Demand of every SKU-store for the order policy: a level that few units cannot fool, the season of
 * its pool, promotions by their measured lift, and a negative binomial around it.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { countQuantile } from '../math/negative-binomial.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s, int32s } from '../packed.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { fitLongTail, longTailDefaults } from './long-tail.ts'
import { intervalVariance } from './long-tail-quantiles.ts'
import { pooledSeason } from './pooled-season.ts'

const DemandForecastParameters = z.strictObject({
  /** 7 for days, 52 for weeks, 12 for months; 1 for no season. */
  seasonPeriods: z.int().min(1).max(366),
  /** Weight of a period over that of the next. */
  decay: z.number().gt(0).max(1).default(longTailDefaults.decay),
  /** The pool's mean counts as at most so many periods of a series' own. */
  levelPriorPeriodsMax: z.number().nonnegative().max(10_000).default(30),
  /** The pool's dispersion counts as so many units. */
  dispersionPriorUnits: z.number().positive().max(10_000).default(25),
})
type DemandForecastInput = z.input<typeof DemandForecastParameters>

const DemandForecastArtifact = z
  .strictObject({
    seasonPeriods: z.int().min(1),
    /** Place in the season of the first period after the last one known. */
    nextPlace: z.int().min(0),
    poolOf: int32s,
    /** By pool and place, mean 1. */
    season: float64s,
    level: float64s,
    dispersion: float64s,
    unitsBehind: float64s,
  })
  .refine(isSound, { error: 'one level, dispersion and pool a series, a season for each pool' })
type DemandForecastArtifact = z.output<typeof DemandForecastArtifact>

interface Parts {
  readonly seasonPeriods: number
  readonly nextPlace: number
  readonly poolOf: Int32Array
  readonly season: Float64Array
  readonly level: Float64Array
  readonly dispersion: Float64Array
  readonly unitsBehind: Float64Array
}

function isSound(parts: Parts): boolean {
  const { level, dispersion, unitsBehind, poolOf, season, seasonPeriods, nextPlace } = parts
  const pools = season.length / seasonPeriods
  return (
    [dispersion, unitsBehind, poolOf].every(({ length }) => length === level.length) &&
    Number.isInteger(pools) &&
    nextPlace < seasonPeriods &&
    poolOf.every((pool) => pool >= 0 && pool < pools)
  )
}

export interface DemandHistory {
  readonly seriesCount: number
  readonly periodsCount: number
  /** By series, then period, oldest first: 0 to 65,534 units; 65,535 where sold out or closed. */
  readonly units: Uint16Array
  /** Series whose season and dispersion are learned together: category by kind of store. */
  readonly poolOf: Uint32Array
}

/** @throws Fault model_parameters_malformed | model_input_malformed */
function fit(history: DemandHistory, input: DemandForecastInput): DemandForecastArtifact {
  const settings = parse(DemandForecastParameters, input, 'model_parameters_malformed')
  const { seasonPeriods } = settings
  const { seriesCount, periodsCount, units, poolOf } = history
  if (poolOf.length !== seriesCount) refuse('poolOf', `${seriesCount} pools`)
  const poolsCount = poolOf.reduce((most, pool) => Math.max(most, pool + 1), 0)
  if (poolsCount > Math.max(1, seriesCount)) refuse('poolOf', 'pools counted from 0 on')
  const season = pooledSeason(
    { seriesCount, periodsCount, units, poolOf, poolsCount },
    seasonPeriods,
  )
  const levels = fitLongTail({ ...history, poolsCount, season, seasonPeriods }, settings)
  return {
    seasonPeriods,
    nextPlace: periodsCount % seasonPeriods,
    poolOf: Int32Array.from(poolOf),
    season,
    ...levels,
  }
}

export interface DemandQuestion {
  readonly series: number
  /** Periods from the first one not known. */
  readonly periodsCount: number
  /** One a period: what promotions multiply it by; left out, 1. */
  readonly lifts?: ArrayLike<number>
}

export interface DemandAnswer {
  /** One a period. */
  readonly means: Float64Array
  /** Of all periods together. */
  readonly meanUnits: number
  readonly varianceUnits: number
  /** Of one period, over its mean; with `unitsBehind` what the order policy asks for. */
  readonly dispersion: number
  readonly unitsBehind: number
  /** Fewest units that demand of all periods together stays within with chance `ratio`. */
  quantile(ratio: number): number
}

/** @throws Fault model_input_malformed */
function predict(artifact: DemandForecastArtifact, question: DemandQuestion): DemandAnswer {
  const { level, dispersion, unitsBehind } = artifact
  const { series } = question
  const { factors, lifts } = periodsOf(artifact, question)
  const means = factors.map((factor, period) => level[series]! * factor * lifts[period]!)
  const meanUnits = means.reduce((sum, mean) => sum + mean, 0)
  const own = { dispersion: dispersion[series]!, unitsBehind: unitsBehind[series]! }
  const varianceUnits = intervalVariance(meanUnits, own.dispersion, own.unitsBehind)
  return {
    means,
    meanUnits,
    varianceUnits,
    ...own,
    quantile(ratio) {
      if (!(ratio >= 0 && ratio <= 1)) refuse('ratio', '0 to 1')
      return countQuantile(ratio, meanUnits, varianceUnits)
    },
  }
}

function periodsOf(artifact: DemandForecastArtifact, question: DemandQuestion) {
  const { seasonPeriods, nextPlace, season, poolOf, level } = artifact
  const { series, periodsCount } = question
  if (!(Number.isInteger(series) && series >= 0 && series < level.length))
    refuse('series', `below ${level.length}`)
  if (!(Number.isInteger(periodsCount) && periodsCount >= 1 && periodsCount <= 10_000))
    refuse('periodsCount', '1 to 10,000 periods')
  const lifts = Float64Array.from({ length: periodsCount }, (_, at) => question.lifts?.[at] ?? 1)
  for (const [at, lift] of lifts.entries())
    if (!(lift >= 0 && Number.isFinite(lift))) refuse(`lifts, period ${at}`, 'at least 0')
  const start = poolOf[series]! * seasonPeriods
  const factors = Float64Array.from(
    { length: periodsCount },
    (_, at) => season[start + ((nextPlace + at) % seasonPeriods)]!,
  )
  return { factors, lifts }
}

/** In units over all periods asked for: the plain level, what the season adds, what promotions add. */
function explain(artifact: DemandForecastArtifact, question: DemandQuestion): Explanation {
  const { factors, lifts } = periodsOf(artifact, question)
  const level = artifact.level[question.series]!
  const base = level * factors.length
  const seasonal = factors.reduce((sum, factor) => sum + level * factor, 0)
  const all = factors.reduce((sum, factor, at) => sum + level * factor * lifts[at]!, 0)
  const moved = [
    {
      factor: 'season',
      weight: seasonal - base,
      says: `The season makes it ${percent(seasonal, base)} of ordinary periods.`,
    },
    {
      factor: 'promotion',
      weight: all - seasonal,
      says: `Promotions make it ${percent(all, seasonal)} of what it would be without.`,
    },
  ]
  return {
    base,
    factors: moved
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

function percent(value: number, of: number): string {
  return of > 0 ? `${((value / of) * 100).toFixed(0)} %` : '100 %'
}

export const demandForecast = defineModel({
  id: 'demand_forecast',
  version: 1,
  title: 'Demand of every product in every store',
  parameters: DemandForecastParameters,
  artifact: DemandForecastArtifact,
  fit,
  predict,
  explain,
})
