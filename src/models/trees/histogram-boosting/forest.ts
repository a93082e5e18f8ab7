/** A grown forest: all that a prediction needs, as typed arrays, and as JSON in an artifact. */
import { z } from 'zod'
import { float32s, float64s, int32s, uint8s, uint16s } from '../../packed.ts'
import { Loss } from './parameters.ts'

/** Tree t gives to output t mod `base.length`. A child below 0 is leaf `~child`. */
const Parts = z.strictObject({
  loss: Loss,
  features: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['number', 'category']),
        /** Of categories: group by code, 0 for all that are rare, unknown or missing. */
        groupOfCode: uint8s,
        /** What splits on it gained while growing. */
        gain: z.number(),
      }),
    )
    .min(1),
  /** Score by output before any tree. */
  base: z.array(z.number()).min(1),
  roots: int32s,
  feature: uint16s,
  /** Numbers at most this go left. */
  threshold: float32s,
  /** 1 where what is missing goes left. */
  missingLeft: uint8s,
  /** Of categories, where in `sets` the eight words of groups that go left begin; else -1. */
  setAt: int32s,
  sets: int32s,
  left: int32s,
  right: int32s,
  /** Mean score of the rows below, by node. */
  nodeValues: float64s,
  /** Rows that the forest was grown on, by node and by leaf. */
  nodeRows: float64s,
  leafValues: float64s,
  leafRows: float64s,
})

/** Put into a model's artifact as it is. */
export const Forest = Parts.refine(isSound, {
  error: 'nodes that point to features, sets, leaves and later nodes of the forest',
})
export type Forest = z.output<typeof Forest>

/** A child comes after its parent, so that no walk is endless, and nothing points outside. */
function isSound(forest: z.output<typeof Parts>): boolean {
  const { features, feature, threshold, missingLeft, setAt, sets, left, right } = forest
  const nodes = feature.length
  const leaves = forest.leafValues.length
  const isChild = (child: number, parent: number) =>
    child < 0 ? ~child < leaves : child > parent && child < nodes
  const byNode = [threshold, missingLeft, setAt, left, right, forest.nodeValues, forest.nodeRows]
  return (
    byNode.every(({ length }) => length === nodes) &&
    forest.leafRows.length === leaves &&
    forest.roots.length % forest.base.length === 0 &&
    forest.base.length === (forest.loss.kind === 'softmax' ? forest.loss.classesCount : 1) &&
    forest.roots.every((root) => isChild(root, -1)) &&
    feature.every((at) => at < features.length) &&
    left.every(isChild) &&
    right.every(isChild) &&
    setAt.every((at, node) =>
      features[feature[node]!]!.kind === 'category' ? at >= 0 && at + 8 <= sets.length : at === -1,
    )
  )
}
