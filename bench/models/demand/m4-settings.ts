/** How M4's weekly and hourly series are forecast: methods of one series beside models over all. */
import {
  autoregressive,
  deseasonalised,
  methods,
  recent,
  smoothing,
} from '../../../src/models/demand/combination.ts'
import type { ManySeriesSettings } from '../../../src/models/demand/many-series.ts'

/** The year as ratios, six years of additive season, two autoregressions, and four over all series. */
export const m4Weekly: ManySeriesSettings = {
  horizon: 13,
  by: 'median',
  periodsMax: 400,
  parts: [
    { alone: deseasonalised(methods.dynamicTheta, 52) },
    { alone: recent(smoothing({ trend: 'damped', period: 52 }), 312) },
    { alone: autoregressive({ lags: [1, 2, 3, 4, 51, 52, 53] }) },
    { alone: autoregressive({ lags: [1, 2, 3, 4, 5, 8, 13, 26, 51, 52, 53, 54] }) },
    { pooled: { horizon: 13, ownRows: 100 } },
    { pooled: { horizon: 13, ownRows: 300 } },
    { pooled: { horizon: 13, ownRows: 300, scale: 'difference' } },
    {
      boosted: {
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
    },
  ],
}

export const m4Hourly: ManySeriesSettings = {
  horizon: 48,
  by: 'mean',
  periodsMax: 912,
  parts: [
    { alone: autoregressive({ lags: [1, 2, 23, 24, 25, 167, 168, 169] }), weight: 4 },
    {
      alone: autoregressive({ lags: [1, 2, 3, 23, 24, 25, 47, 48, 49, 167, 168, 169] }),
      weight: 4,
    },
    {
      alone: autoregressive({
        lags: [1, 2, 3, 23, 24, 25, 47, 48, 49, 167, 168, 169, 335, 336, 337],
      }),
      weight: 4,
    },
    {
      boosted: {
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
      weight: 3,
    },
  ],
}
