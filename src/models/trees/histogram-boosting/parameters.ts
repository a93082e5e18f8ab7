/** What a forest is grown by. The defaults are LightGBM's, where it has the same setting. */
import { z } from 'zod'

export const Loss = z.discriminatedUnion('kind', [
  /** Means: (y - p)². */
  z.strictObject({ kind: z.literal('squared') }),
  /** Medians: |y - p|. */
  z.strictObject({ kind: z.literal('absolute') }),
  /** The quantile `ratio`. */
  z.strictObject({ kind: z.literal('quantile'), ratio: z.number().gt(0).lt(1) }),
  /** Chances of 1; labels 0 or 1. */
  z.strictObject({ kind: z.literal('logistic') }),
  /** Means of counts, through a logarithm. */
  z.strictObject({ kind: z.literal('poisson') }),
  /** Means of amounts that are often 0; 1 is Poisson, 2 gamma. */
  z.strictObject({ kind: z.literal('tweedie'), power: z.number().gt(1).lt(2) }),
  /** Chances of each class; labels 0 to `classesCount` - 1. */
  z.strictObject({ kind: z.literal('softmax'), classesCount: z.int().min(2).max(1000) }),
])
export type Loss = z.infer<typeof Loss>

export const BoostingParameters = z.strictObject({
  loss: Loss,
  treesCount: z.int().min(1).max(10_000).default(200),
  learningRate: z.number().gt(0).max(1).default(0.1),
  leavesMax: z.int().min(2).max(4096).default(31),
  depthMax: z.int().min(1).max(64).default(64),
  /** Fewer rows make no leaf; counted by their share of the second derivatives, as LightGBM does. */
  leafRowsMin: z.int().min(1).default(20),
  leafHessianMin: z.number().nonnegative().default(1e-3),
  l2: z.number().nonnegative().default(0),
  splitGainMin: z.number().nonnegative().default(0),
  /** Share of the columns that a tree may use. */
  featuresRatio: z.number().gt(0).max(1).default(1),
  /** Share of the rows that a tree is grown on, drawn anew for each. */
  rowsRatio: z.number().gt(0).max(1).default(1),
  binsMax: z.int().min(2).max(255).default(255),
  /** Categories: pulled to the mean by so many rows, and split off with this much more `l2`. */
  categorySmoothing: z.number().nonnegative().default(10),
  categoryL2: z.number().nonnegative().default(10),
  categoriesPerSplitMax: z.int().min(1).max(254).default(32),
  categoryRowsMin: z.int().min(1).default(100),
  /** By column: 1 where more of it may never lower the result, -1 where never raise it. */
  monotone: z.record(z.string(), z.union([z.literal(1), z.literal(-1)])).default({}),
  /** With a validation table: rounds without a better loss on it before growing ends. */
  patienceRounds: z.int().min(1).default(30),
  seed: z.int().default(1),
})
export type BoostingParameters = z.output<typeof BoostingParameters>
export type BoostingInput = z.input<typeof BoostingParameters>
