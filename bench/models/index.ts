/** The list of evaluations, in the order of docs/models.md. */
import { anomalyNabEvaluation } from './anomaly-nab/evaluation.ts'
import { basketCompletion } from './basket-completion/evaluation.ts'
import { boostedTrees } from './boosted-trees.ts'
import { classification } from './classification/evaluation.ts'
import { customerValue } from './customer-value/evaluation.ts'
import { stockoutBackorder } from './demand/backorder.ts'
import { demandM4 } from './demand/m4.ts'
import { demandOj } from './demand/oj.ts'
import { orderPolicyEvaluation } from './demand/order-policy.ts'
import { demandRossmann } from './demand/rossmann.ts'
import { demandStallion } from './demand/stallion.ts'
import { demandWalmart } from './demand/walmart.ts'
import { deviationEvaluation } from './deviation/evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { fraudHandbook } from './fraud-handbook/evaluation.ts'
import { fraudInspectionEvaluation } from './fraud-inspection/evaluation.ts'
import { labour } from './labour/evaluation.ts'
import { linkage } from './linkage/evaluation.ts'
import { maintenanceAi4i } from './maintenance/ai4i.ts'
import { maintenanceAzure } from './maintenance/azure.ts'
import { maintenanceCmapss } from './maintenance/cmapss.ts'
import { nextOffer } from './next-offer/evaluation.ts'
import { ratesEvaluation } from './rates/evaluation.ts'
import { rootCauseEvaluation } from './root-cause/evaluation.ts'
import { salesTax } from './sales-tax/evaluation.ts'
import { upliftEvaluation } from './uplift/evaluation.ts'

export const evaluations: readonly Evaluation[] = [
  anomalyNabEvaluation,
  basketCompletion,
  boostedTrees,
  classification,
  customerValue,
  stockoutBackorder,
  demandM4,
  demandOj,
  orderPolicyEvaluation,
  demandRossmann,
  demandStallion,
  demandWalmart,
  deviationEvaluation,
  fraudHandbook,
  fraudInspectionEvaluation,
  labour,
  linkage,
  maintenanceAi4i,
  maintenanceAzure,
  maintenanceCmapss,
  nextOffer,
  ratesEvaluation,
  rootCauseEvaluation,
  salesTax,
  upliftEvaluation,
]
