/**
 * Many series of any kind at once: methods of one series beside models over all of them, and of every
 * period the median or the weighted mean of what they say.
 */
import { median } from '../math/statistics.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { boostedDemand } from './boosted/boosted-demand.ts'
import type { DemandPanel } from './boosted/panel.ts'
import type { BoostedDemandInput } from './boosted/parameters.ts'
import type { Method } from './combination.ts'
import {
  type PooledAutoregressionInput,
  pooledAutoregression,
} from './pooled-autoregression/pooled-autoregression.ts'
import { checkHorizon, checkSeries } from './series.ts'

type Way =
  | { readonly alone: Method }
  | { readonly boosted: BoostedDemandInput }
  | { readonly pooled: PooledAutoregressionInput }

export type Part = Way & {
  /** In a mean; left out, 1. A median counts all parts alike. */
  readonly weight?: number
}

export interface ManySeriesSettings {
  readonly horizon: number
  readonly parts: readonly Part[]
  readonly by: 'median' | 'mean'
  /** The boosted model learns from so many last periods of each. */
  readonly periodsMax: number
}

type ManySeries = readonly (readonly number[])[]

/**
 * @param series what is known of each, oldest first
 * @returns the next `horizon` periods of each; 0 of an empty one
 * @throws Fault model_input_malformed | model_parameters_malformed
 */
export function forecastManySeries(
  series: ManySeries,
  settings: ManySeriesSettings,
): Float64Array[] {
  const { horizon, parts, by } = settings
  checkHorizon(horizon)
  if (parts.length === 0) refuse('parts', 'at least one')
  for (const [at, values] of series.entries()) checkSeries(values, `series ${at}`)
  const found = parts.map((part) => forecastPart(series, part, settings))
  const weights = parts.map(({ weight = 1 }) => weight)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0) || weights.some((weight) => weight < 0)) refuse('parts', 'weights above 0')
  return series.map((values, at) =>
    Float64Array.from({ length: horizon }, (_, step) => {
      if (values.length === 0) return 0
      const said = found.map((own) => own[at]![step]!)
      if (by === 'median') return median(said)
      return said.reduce((sum, value, part) => sum + value * weights[part]!, 0) / total
    }),
  )
}

function forecastPart(
  series: ManySeries,
  part: Part,
  { horizon, periodsMax }: ManySeriesSettings,
): Float64Array[] {
  if ('alone' in part) return series.map((values) => part.alone(values, horizon))
  if ('pooled' in part) {
    const fitted = pooledAutoregression.fit(series, part.pooled)
    return pooledAutoregression.predict(fitted, series, part.pooled).map(({ units }) => units)
  }
  const known = series.filter(({ length }) => length > 0)
  if (known.length === 0) return series.map(() => new Float64Array(horizon))
  const { panel, scales } = panelOf(series, periodsMax, horizon)
  const origin = periodsMax - 1
  const fitted = boostedDemand.fit(panel, origin, part.boosted)
  const { units } = boostedDemand.predict(fitted, panel, origin, part.boosted)
  return scales.map((scale, at) =>
    units.slice(at * horizon, (at + 1) * horizon).map((value) => value * scale),
  )
}

/** All end together; each is 1,000 on average, so that the model's offset of 1 is little to all. */
function panelOf(series: ManySeries, periodsMax: number, horizon: number) {
  const periodsCount = periodsMax + horizon
  const units = new Float64Array(series.length * periodsCount).fill(Number.NaN)
  const scales = series.map((known, at) => {
    const last = known.slice(-periodsMax)
    const mean = last.reduce((sum, one) => sum + one / last.length, 0)
    const scale = mean > 0 ? mean / 1000 : 1
    const start = at * periodsCount + periodsMax - last.length
    for (const [period, value] of last.entries()) units[start + period] = value / scale
    return scale
  })
  const panel: DemandPanel = {
    seriesCount: series.length,
    periodsCount,
    units,
    bySeries: [{ name: 'size', kind: 'number', values: scales }],
    byPeriod: [],
    byBoth: [],
  }
  return { panel, scales }
}
