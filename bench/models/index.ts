/** The list of evaluations, in the order of docs/models.md. */
import { boostedTrees } from './boosted-trees.ts'
import { anomalyNabEvaluation } from './anomaly-nab/evaluation.ts'
import { deviationEvaluation } from './deviation/evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { fraudInspectionEvaluation } from './fraud-inspection/evaluation.ts'
import { ratesEvaluation } from './rates/evaluation.ts'
import { rootCauseEvaluation } from './root-cause/evaluation.ts'
import { upliftEvaluation } from './uplift/evaluation.ts'

export const evaluations: readonly Evaluation[] = [boostedTrees]
export const evaluations: readonly Evaluation[] = [ratesEvaluation]
export const evaluations: readonly Evaluation[] = [ratesEvaluation, rootCauseEvaluation]
export const evaluations: readonly Evaluation[] = [
  ratesEvaluation,
  anomalyNabEvaluation,
  fraudInspectionEvaluation,
  deviationEvaluation,
  rootCauseEvaluation,
  upliftEvaluation,
]
