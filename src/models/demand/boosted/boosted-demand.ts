/**
 * One boosted model over all series: what a period sells, against the series' own level, by what came
 * before and by what is known ahead (prices, promotions, holidays). Direct: no forecast feeds another.
 */
import { z } from 'zod'
import { parse } from '../../../base/parse.ts'
import { robustScale } from '../../math/statistics.ts'
import { defineModel, type Explanation } from '../../model.ts'
import { shapleyContributions } from '../../trees/histogram-boosting/contributions.ts'
import { Forest } from '../../trees/histogram-boosting/forest.ts'
import { scoreTable } from '../../trees/histogram-boosting/predict.ts'
import { type LabelledTable, refuse, rowsCountOf } from '../../trees/histogram-boosting/table.ts'
import { trainForest } from '../../trees/histogram-boosting/train.ts'
import { conformalBands, type Errors, ResidualBands, residualQuantile } from '../residual-bands.ts'
import { checkPanel, type DemandPanel } from './panel.ts'
import { type BoostedDemandInput, BoostedDemandParameters } from './parameters.ts'
import { forecastRows, trainingRows } from './rows.ts'

const BoostedDemandArtifact = z.strictObject({
  forests: z.array(Forest).min(1),
  /** How far off forecasts were on periods that a smaller model had not seen. */
  residuals: ResidualBands,
  /** Standard deviation of the logarithm of what came over what was forecast there. */
  spread: z.number().nonnegative(),
})
export type BoostedDemandArtifact = z.output<typeof BoostedDemandArtifact>

export interface BoostedForecast {
  readonly horizonsCount: number
  /** By series, then period from `origin + horizonMin`; NaN where nothing is known of a series. */
  readonly units: Float64Array
  /** Of each ratio asked for, as `units`; never lower for a larger ratio. */
  readonly quantiles: readonly Float64Array[]
}

/**
 * @param origin the last period whose units are read
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function fit(panel: DemandPanel, origin: number, input: BoostedDemandInput): BoostedDemandArtifact {
  const settings = parse(BoostedDemandParameters, input, 'model_parameters_malformed')
  checkPanel(panel)
  if (!Number.isInteger(origin) || origin < 0 || origin >= panel.periodsCount)
    refuse('origin', 'a period of the panel')
  const table = trainingRows(panel, origin, settings)
  if (rowsCountOf(table) === 0) refuse('units', 'at least one known period after another')
  const { residuals, spread } = calibrate(panel, origin, settings)
  return {
    forests: grow(table, settings),
    residuals,
    spread,
  }
}

function grow(table: LabelledTable, settings: BoostedDemandParameters): Forest[] {
  const isMedian = settings.objective === 'units' || settings.objective === 'percentage'
  return Array.from(
    { length: settings.forestsCount },
    (_, forest) =>
      trainForest(table, {
        loss: { kind: isMedian ? 'absolute' : 'squared' },
        treesCount: settings.treesCount,
        learningRate: settings.learningRate,
        leavesMax: settings.leavesMax,
        leafRowsMin: settings.leafRowsMin,
        l2: settings.l2,
        featuresRatio: settings.featuresRatio,
        rowsRatio: settings.rowsRatio,
        binsMax: settings.binsMax,
        seed: settings.seed + forest,
      }).forest,
  )
}

/** The last known stretches are each forecast by a smaller model that has not seen them. */
function calibrate(panel: DemandPanel, origin: number, settings: BoostedDemandParameters) {
  const errors: Errors[] = []
  for (let back = 1; back <= settings.calibrationOrigins; back += 1) {
    const before = origin - back * settings.horizonMax
    if (before >= settings.horizonMax) errors.push(errorsAt(panel, before, settings))
  }
  const logRatios = errors.flatMap((own) => own.logRatios)
  const spread = logRatios.length > 1 ? robustScale(logRatios) : 0
  return { residuals: conformalBands(errors), spread }
}

function errorsAt(panel: DemandPanel, before: number, settings: BoostedDemandParameters): Errors {
  const smaller: BoostedDemandParameters = {
    ...settings,
    forestsCount: 1,
    treesCount: Math.max(1, Math.round(settings.treesCount / 3)),
    learningRate: Math.min(0.3, settings.learningRate * 2),
    rowsMax: Math.max(100, Math.round(settings.rowsMax / 2)),
  }
  const { horizonMin, horizonMax, offsetUnits } = settings
  const forecasts: number[] = []
  const logRatios: number[] = []
  const table = trainingRows(panel, before, smaller)
  if (rowsCountOf(table) === 0) return { forecasts, logRatios }
  const units = pointsOf(grow(table, smaller), panel, before, smaller, 0)
  const horizons = horizonMax - horizonMin + 1
  for (const [at, forecast] of units.entries()) {
    const series = Math.floor(at / horizons)
    const period = before + horizonMin + (at % horizons)
    const came = panel.units[series * panel.periodsCount + period]!
    if (Number.isNaN(came) || Number.isNaN(forecast)) continue
    forecasts.push(forecast)
    logRatios.push(Math.log((Math.max(0, came) + offsetUnits) / (forecast + offsetUnits)))
  }
  return { forecasts, logRatios }
}

function pointsOf(
  forests: readonly Forest[],
  panel: DemandPanel,
  origin: number,
  settings: BoostedDemandParameters,
  spread: number,
): Float64Array {
  const { levels, ...table } = forecastRows(panel, origin, settings)
  const scores = forests.map((forest) => scoreTable(forest, table))
  const shift = shiftOf(settings, spread)
  return levels.map((level, at) => {
    let score = 0
    for (const own of scores) score += own[at]!
    const units = Math.exp(score / forests.length + shift) * level - settings.offsetUnits
    return Math.max(0, units)
  })
}

/** Squared percentages are least below the mean of logarithms: E(1/y) / E(1/y^2) of a log-normal. */
function shiftOf({ objective }: BoostedDemandParameters, spread: number): number {
  return objective === 'percentage_squared' ? -1.5 * spread ** 2 : 0
}

/**
 * @param origin the last period whose units are read; the panel holds what is known of those after it
 * @param ratios of the quantiles, 0 to 1
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function predict(
  { forests, residuals, spread }: BoostedDemandArtifact,
  panel: DemandPanel,
  origin: number,
  input: BoostedDemandInput,
  ratios: readonly number[] = [],
): BoostedForecast {
  const settings = parse(BoostedDemandParameters, input, 'model_parameters_malformed')
  checkPanel(panel)
  for (const ratio of ratios) if (!(ratio >= 0 && ratio <= 1)) refuse('ratios', '0 to 1')
  const units = pointsOf(forests, panel, origin, settings, spread)
  const { offsetUnits } = settings
  // Errors were of forecasts that were not moved for the objective.
  const back = Math.exp(-shiftOf(settings, spread))
  return {
    horizonsCount: settings.horizonMax - settings.horizonMin + 1,
    units,
    quantiles: ratios.map((ratio) =>
      units.map((forecast) => {
        const moved = Math.exp(residualQuantile(residuals, forecast, ratio))
        return Math.max(0, (forecast + offsetUnits) * back * moved - offsetUnits)
      }),
    ),
  }
}

/** In logarithms of units and offset: 0.1 makes it 10.5 % more; `base` holds the level. */
function explain(
  { forests, spread }: BoostedDemandArtifact,
  panel: DemandPanel,
  origin: number,
  input: BoostedDemandInput,
  { series, period }: { series: number; period: number },
): Explanation {
  const settings = parse(BoostedDemandParameters, input, 'model_parameters_malformed')
  checkPanel(panel)
  const horizon = period - origin
  if (!(horizon >= settings.horizonMin && horizon <= settings.horizonMax))
    refuse('period', `${settings.horizonMin} to ${settings.horizonMax} after the origin`)
  if (!(series >= 0 && series < panel.seriesCount)) refuse('series', 'a series of the panel')
  const { levels, columns, features } = forecastRows(panel, origin, settings)
  const horizons = settings.horizonMax - settings.horizonMin + 1
  const place = series * horizons + horizon - settings.horizonMin
  const row = Float32Array.from(columns, (column) => column[place]!)
  const own = forests.map((forest) => shapleyContributions(forest, row))
  const share = 1 / forests.length
  const factors = features.map(({ name }, at) => {
    const weight = own.reduce((sum, { byFeature }) => sum + byFeature[at]! * share, 0)
    const percent = (Math.exp(weight) - 1) * 100
    const says = `${name} of ${readable(row[at]!)} moves the forecast by ${percent.toFixed(1)} %.`
    return { factor: name, weight, says }
  })
  return {
    base: own.reduce(
      (sum, { base }) => sum + base * share,
      Math.log(levels[place]!) + shiftOf(settings, spread),
    ),
    factors: factors
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

function readable(value: number): string {
  return Number.isNaN(value) ? 'nothing known' : String(Number(value.toPrecision(3)))
}

export const boostedDemand = defineModel({
  id: 'boosted_demand',
  version: 2,
  title: 'Demand of many series at once, by boosted trees',
  parameters: BoostedDemandParameters,
  artifact: BoostedDemandArtifact,
  fit,
  predict,
  explain,
})
