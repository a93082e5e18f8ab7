/** What a global demand model is fitted by. */
import { z } from 'zod'

export const BoostedDemandParameters = z
  .strictObject({
    /** Periods from the last known one to the first that is forecast. */
    horizonMin: z.int().min(1).max(1000).default(1),
    /** And to the last. */
    horizonMax: z.int().min(1).max(1000),
    /** What is least: squared logarithms, absolute units, or absolute or squared percentages. */
    objective: z
      .enum(['logarithm', 'units', 'percentage', 'percentage_squared'])
      .default('logarithm'),
    /** Half-life of the level that everything is measured against, in periods. */
    levelHalfLife: z.number().positive().max(10_000).default(8),
    /** Single periods back from the last known one; 0 is that one. */
    lags: z.array(z.int().min(0).max(2000)).max(100).default([0, 1, 2, 3]),
    /** Means over so many last known periods. */
    windows: z.array(z.int().min(2).max(2000)).max(30).default([4, 8, 26]),
    /** The same period one or more seasons ago, where that is known already; 0 for none. */
    seasonPeriods: z.int().min(0).max(2000).default(0),
    /** How many seasons back. */
    seasonsMax: z.int().min(1).max(60).default(2),
    /** Categories known ahead, alone or together, whose usual lift in this series is a feature. */
    groups: z.array(z.array(z.string()).min(1).max(4)).max(10).default([]),
    /**
     * Categories known ahead (weekday and promotion) that together make periods alike: forecasts are
     * then against what alike periods usually are, not against the level. None: against the level.
     */
    alike: z.array(z.string()).max(4).default([]),
    /** Half-lives of what alike periods usually are, in periods; the first is what is forecast against. */
    alikeHalfLives: z.array(z.number().positive().max(10_000)).min(1).max(5).default([60, 365]),
    /** How far off the usual the last so many periods were, and the same periods a year ago. */
    alikeWindows: z.array(z.int().min(2).max(2000)).max(10).default([14, 42]),
    /** Periods a year, where `alike` is used and a year is not `seasonPeriods`; 0 for none. */
    yearPeriods: z.int().min(0).max(2000).default(0),
    /** Numbers known ahead (prices) that are also set against their own past in the series. */
    ratios: z.array(z.string()).max(20).default([]),
    /** Added to units before logarithms. */
    offsetUnits: z.number().positive().default(1),
    /** Only so many last periods are learned from. */
    historyPeriodsMax: z.int().min(1).max(10_000).default(10_000),
    /** How many distances each period is learned at. */
    horizonsDrawn: z.int().min(1).max(50).default(1),
    /** Rows to learn from; of more, some are drawn. */
    rowsMax: z.int().min(100).max(2_000_000).default(300_000),
    treesCount: z.int().min(1).max(5000).default(300),
    learningRate: z.number().gt(0).max(1).default(0.05),
    leavesMax: z.int().min(2).max(1024).default(31),
    leafRowsMin: z.int().min(1).default(20),
    l2: z.number().nonnegative().default(1),
    featuresRatio: z.number().gt(0).max(1).default(0.6),
    rowsRatio: z.number().gt(0).max(1).default(0.7),
    binsMax: z.int().min(8).max(255).default(127),
    /** Forests of other seeds, averaged. */
    forestsCount: z.int().min(1).max(20).default(1),
    /** Stretches before the origin, each `horizonMax` long, whose errors tell how sure a forecast is. */
    calibrationOrigins: z.int().min(1).max(10).default(3),
    seed: z.int().default(1),
  })
  .refine(({ horizonMin, horizonMax }) => horizonMin <= horizonMax, {
    path: ['horizonMax'],
    error: 'at least horizonMin',
  })
export type BoostedDemandParameters = z.output<typeof BoostedDemandParameters>
export type BoostedDemandInput = z.input<typeof BoostedDemandParameters>
