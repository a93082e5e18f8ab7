/** The list of evaluations, in the order of docs/models.md. */
import { anomalyNabEvaluation } from './anomaly-nab/evaluation.ts'
import { boostedTrees } from './boosted-trees.ts'
import { deviationEvaluation } from './deviation/evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { fraudInspectionEvaluation } from './fraud-inspection/evaluation.ts'
import { ratesEvaluation } from './rates/evaluation.ts'
import { rootCauseEvaluation } from './root-cause/evaluation.ts'
import { upliftEvaluation } from './uplift/evaluation.ts'

export const evaluations: readonly Evaluation[] = [
  anomalyNabEvaluation,
  boostedTrees,
  deviationEvaluation,
  fraudInspectionEvaluation,
  ratesEvaluation,
  rootCauseEvaluation,
  upliftEvaluation,
]
