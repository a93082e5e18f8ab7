/** The list of evaluations, in the order of docs/models.md. */
import { boostedTrees } from './boosted-trees.ts'
import type { Evaluation } from './evaluation.ts'

export const evaluations: readonly Evaluation[] = [boostedTrees]
