/** Forecasts of M4's weekly and hourly series: methods of one series mixed with one model over all. */

import { boostedDemand } from '../../../src/models/demand/boosted/boosted-demand.ts'
import type { DemandPanel } from '../../../src/models/demand/boosted/panel.ts'
import type { BoostedDemandInput } from '../../../src/models/demand/boosted/parameters.ts'
import {
  autoregressive,
  combined,
  deseasonalised,
  type Method,
  methods,
  recent,
  smoothing,
} from '../../../src/models/demand/combination.ts'

const damped = smoothing({ trend: 'damped', period: 1 })

export interface M4Settings {
  readonly horizon: number
  /** Weekly the year as ratios, the last two years alone, six years of additive season; and autoregressions. */
  readonly alone: Method
  /** Over all series, each divided by its mean. */
  readonly together: BoostedDemandInput
  /** Only so many last periods of each are learned from. */
  readonly periodsMax: number
  /** Of the model over all; the rest is the methods of one series. */
  readonly togetherWeight: number
}

export const m4Weekly: M4Settings = {
  horizon: 13,
  alone: combined(
    [
      combined(
        [
          deseasonalised(damped, 52),
          deseasonalised(methods.dynamicTheta, 52),
          recent(damped, 104),
          recent(smoothing({ trend: 'damped', period: 52 }), 312),
        ],
        'mean',
      ),
      autoregressive({ lags: [1, 2, 3, 4, 51, 52, 53] }),
      autoregressive({ lags: [1, 2, 3, 4, 5, 8, 13, 26, 51, 52, 53, 54] }),
    ],
    'mean',
  ),
  together: {
    horizonMax: 13,
    levelHalfLife: 2,
    lags: [0, 1, 2, 3, 4, 8, 12, 25, 51],
    windows: [4, 8, 26, 52],
    seasonPeriods: 52,
    seasonsMax: 3,
    treesCount: 200,
    learningRate: 0.06,
    binsMax: 63,
  },
  periodsMax: 400,
  togetherWeight: 0.4,
}

export const m4Hourly: M4Settings = {
  horizon: 48,
  alone: combined(
    [
      autoregressive({ lags: [1, 2, 23, 24, 25, 167, 168, 169] }),
      autoregressive({ lags: [1, 2, 3, 23, 24, 25, 47, 48, 49, 167, 168, 169] }),
      autoregressive({ lags: [1, 2, 3, 23, 24, 25, 47, 48, 49, 167, 168, 169, 335, 336, 337] }),
    ],
    'mean',
  ),
  together: {
    horizonMax: 48,
    objective: 'units',
    levelHalfLife: 24,
    lags: [0, 1, 2, 3, 4, 23, 47],
    windows: [24, 48, 168, 336],
    seasonPeriods: 24,
    seasonsMax: 8,
    treesCount: 120,
    learningRate: 0.1,
    leavesMax: 63,
    rowsMax: 250_000,
  },
  periodsMax: 912,
  togetherWeight: 0.2,
}

/** @param series what is known of each, oldest first; @returns the next `horizon` of each */
export function forecastM4(
  series: readonly (readonly number[])[],
  settings: M4Settings,
): Float64Array[] {
  const { horizon, alone, together, togetherWeight } = settings
  const { panel, scales } = panelOf(series, settings)
  const origin = settings.periodsMax - 1
  const artifact = boostedDemand.fit(panel, origin, together)
  const { units } = boostedDemand.predict(artifact, panel, origin, together)
  return series.map((known, at) =>
    alone(known, horizon).map(
      (own, step) =>
        togetherWeight * units[at * horizon + step]! * scales[at]! + (1 - togetherWeight) * own,
    ),
  )
}

/** All end together; each is 1,000 on average, so that the model's offset of 1 is little to all. */
function panelOf(series: readonly (readonly number[])[], { periodsMax, horizon }: M4Settings) {
  const periodsCount = periodsMax + horizon
  const units = new Float64Array(series.length * periodsCount).fill(Number.NaN)
  const scales = series.map((known, at) => {
    const last = known.slice(-periodsMax)
    const scale = last.reduce((sum, one) => sum + one, 0) / last.length / 1000 || 1
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
