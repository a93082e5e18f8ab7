/** Past periods as training rows: each is forecast from an origin as far back as the horizon asks. */
import { createRandom } from '../../math/random.ts'
import type { LabelledTable, Table } from '../../trees/histogram-boosting/table.ts'
import { refuse } from '../../trees/histogram-boosting/table.ts'
import { usualAt } from './alike.ts'
import { createFeatureMaker } from './features.ts'
import type { DemandPanel } from './panel.ts'
import type { BoostedDemandParameters } from './parameters.ts'
import { readPast, type SeriesPast } from './series-past.ts'

/** A percentage of next to nothing must not outweigh all others. */
const percentageWeightMax = 20

/**
 * Labels are log((units + offset) / (level at the row's origin + offset)).
 * @param last nothing after this period is read
 * @returns no row where no series has one known period after another
 */
export function trainingRows(
  panel: DemandPanel,
  last: number,
  settings: BoostedDemandParameters,
): LabelledTable {
  const { seriesCount } = panel
  const { horizonMin, horizonMax, horizonsDrawn, objective, offsetUnits, rowsMax } = settings
  const random = createRandom(`rows ${settings.seed}`)
  const first = Math.max(horizonMin, last + 1 - settings.historyPeriodsMax)
  const likely = seriesCount * Math.max(0, last + 1 - first) * horizonsDrawn
  const share = Math.min(1, rowsMax / Math.max(1, likely))
  const sheet = createSheet(panel, settings, Math.min(rowsMax, likely))
  for (let series = 0; series < seriesCount; series += 1) {
    const past = readPast(panel, series, settings)
    for (let period = first; period <= last; period += 1) {
      const units = past.units[period]!
      if (Number.isNaN(units)) continue
      for (let draw = 0; draw < horizonsDrawn; draw += 1) {
        const horizon = horizonMin + random.below(horizonMax - horizonMin + 1)
        const origin = period - horizon
        if (origin < 0 || Number.isNaN(past.level[origin]!)) continue
        if (share < 1 && random.next() >= share) continue
        const level = baseOf(past, origin, period, settings)
        const ratio = (units + offsetUnits) / level
        sheet.add(past, series, origin, period, Math.log(ratio), weightOf(objective, ratio, level))
      }
    }
  }
  return sheet.take()
}

/** What a forecast is against: the level, or what alike periods usually are; with the offset. */
function baseOf(
  past: SeriesPast,
  origin: number,
  period: number,
  { offsetUnits }: BoostedDemandParameters,
): number {
  if (past.alike === undefined) return past.level[origin]! + offsetUnits
  return Math.exp(usualAt(past.alike, 0, origin, period))
}

function weightOf(objective: string, ratio: number, level: number): number {
  // Medians stay where they are under the logarithm; these weights make them those of the objective.
  if (objective === 'units') return level
  if (objective === 'percentage') return Math.min(percentageWeightMax, 1 / ratio)
  return 1
}

function createSheet(panel: DemandPanel, settings: BoostedDemandParameters, rowsMax: number) {
  const maker = createFeatureMaker(panel, settings)
  const columns = maker.features.map(() => new Float32Array(rowsMax))
  const labels = new Float64Array(rowsMax)
  const weights = new Float64Array(rowsMax)
  const row = new Float64Array(columns.length)
  let count = 0
  return {
    add(
      past: ReturnType<typeof readPast>,
      series: number,
      origin: number,
      period: number,
      label: number,
      weight: number,
    ) {
      if (count === rowsMax) return
      maker.fill(past, series, origin, period, row)
      for (const [at, column] of columns.entries()) column[count] = row[at]!
      labels[count] = label
      weights[count] = weight
      count += 1
    },
    take(): LabelledTable {
      return {
        features: maker.features,
        columns: columns.map((column) => column.subarray(0, count)),
        labels: labels.subarray(0, count),
        weights: weights.subarray(0, count),
      }
    },
  }
}

export interface ForecastRows extends Table {
  /** Level at the origin, with the offset; NaN where nothing is known of the series. */
  readonly levels: Float64Array
}

/** All series, then all periods from `origin + horizonMin` to `origin + horizonMax`. */
export function forecastRows(
  panel: DemandPanel,
  origin: number,
  settings: BoostedDemandParameters,
): ForecastRows {
  const { seriesCount, periodsCount } = panel
  const { horizonMin, horizonMax } = settings
  if (!Number.isInteger(origin) || origin < 0 || origin + horizonMax >= periodsCount)
    refuse('origin', `a period with ${horizonMax} more after it in the panel`)
  const maker = createFeatureMaker(panel, settings)
  const horizons = horizonMax - horizonMin + 1
  const columns = maker.features.map(() => new Float32Array(seriesCount * horizons))
  const levels = new Float64Array(seriesCount * horizons)
  const row = new Float64Array(columns.length)
  for (let series = 0; series < seriesCount; series += 1) {
    const past = readPast(panel, series, settings)
    for (let horizon = horizonMin; horizon <= horizonMax; horizon += 1) {
      const place = series * horizons + horizon - horizonMin
      maker.fill(past, series, origin, origin + horizon, row)
      for (const [at, column] of columns.entries()) column[place] = row[at]!
      levels[place] = baseOf(past, origin, origin + horizon, settings)
    }
  }
  return { features: maker.features, columns, levels }
}
