/** The list of routes. */
import { agentRoutes } from './agents.ts'
import { approvalRoutes } from './approvals.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { decisionRoutes } from './decisions.ts'
import { feedRoutes } from './feed.ts'
import { ledgerRoutes } from './ledger.ts'
import { operationRoutes } from './operation.ts'
import { sessionRoutes } from './session.ts'
import { storeRoutes } from './stores.ts'

export const routes = [
  ...operationRoutes,
  ...sessionRoutes,
  ...feedRoutes,
  ...approvalRoutes,
  ...storeRoutes,
  ...decisionRoutes,
  ...ledgerRoutes,
  ...deadLetterRoutes,
  ...agentRoutes,
]
