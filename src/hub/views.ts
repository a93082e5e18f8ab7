/** What the hub shows to people, as schemas: routes answer with them, the console imports their types. */
import { z } from 'zod'
import { CommandState } from '../actions/command.ts'
import { idSchema } from '../base/ids.ts'
import { Instant } from '../base/time.ts'
import { Autonomy } from '../governance/autonomy.ts'
import { RegionId } from '../retail/organisation.ts'

export const Role = z.enum([
  'central_it',
  'ai_lead',
  'regional_manager',
  'store_manager',
  'loss_prevention',
  'finance',
  'privacy_officer',
  'auditor',
])
export type Role = z.infer<typeof Role>

export const Persona = z.object({
  personId: idSchema('person'),
  name: z.string(),
  title: z.string(),
  roles: z.array(z.object({ role: Role, at: z.object({ kind: z.string(), id: z.string() }) })),
})
export type Persona = z.infer<typeof Persona>

/** GET /v1/session, POST /v1/session {personId}, DELETE /v1/session; GET /v1/personas */
export const Session = z.object({
  person: Persona,
  chain: z.object({ chainId: idSchema('chain'), name: z.string() }),
  regions: z.array(RegionId),
})
export type Session = z.infer<typeof Session>

export const EventView = z.object({
  eventId: z.uuid(),
  type: z.string(),
  storeId: idSchema('store'),
  storeName: z.string(),
  registerId: z.string().optional(),
  occurredAt: Instant,
  recordedAt: Instant,
  /** One sentence for a person: "Sale of 12.40 USD, 3 lines". */
  summary: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type EventView = z.infer<typeof EventView>

export const CommandView = z.object({
  commandId: idSchema('command'),
  action: z.string(),
  state: CommandState,
  issuedAt: Instant,
  changedAt: Instant,
  expiresAt: Instant,
  reference: z.string().optional(),
  says: z.string().optional(),
  fault: z.string().optional(),
  documentId: z.string().optional(),
})
export type CommandView = z.infer<typeof CommandView>

export const ApprovalState = z.enum(['open', 'approved', 'refused', 'expired'])

export const ApprovalView = z.object({
  approvalId: idSchema('approval'),
  state: ApprovalState,
  approverRole: z.string(),
  requestedAt: Instant,
  expiresAt: Instant,
  decidedAt: Instant.optional(),
  decidedBy: z.string().optional(),
  reason: z.string().optional(),
})
export type ApprovalView = z.infer<typeof ApprovalView>

export const ProposalView = z.object({
  proposalId: idSchema('proposal'),
  workflow: z.string(),
  workflowVersion: z.string(),
  workflowTitle: z.string(),
  action: z.string(),
  actionTitle: z.string(),
  storeId: idSchema('store'),
  storeName: z.string(),
  traceId: z.string(),
  proposedAt: Instant,
  reason: z.string(),
  confidence: z.number(),
  evidence: z.array(z.object({ id: z.string(), label: z.string(), value: z.string() })),
  input: z.record(z.string(), z.unknown()),
  autonomy: Autonomy,
  decidedBy: z.enum(['hub', 'agent']),
  policyIds: z.array(z.string()),
  policyHash: z.string(),
  models: z.array(z.string()),
  approval: ApprovalView.optional(),
  command: CommandView.optional(),
})
export type ProposalView = z.infer<typeof ProposalView>

/** GET /v1/threads/:traceId: from the first event to the last outcome, in order of time. */
export const Thread = z.object({
  traceId: z.string(),
  regionId: RegionId,
  events: z.array(EventView),
  proposals: z.array(ProposalView),
  ledger: z.array(
    z.object({
      sequence: z.int(),
      at: Instant,
      kind: z.string(),
      actor: z.string(),
      subject: z.string(),
      hash: z.string(),
    }),
  ),
})
export type Thread = z.infer<typeof Thread>

/** GET /v1/feed?limit=&type=&storeId=: newest first. `/v1/feed/stream` sends each as server-sent `item`. */
export const FeedItem = z.object({
  traceId: z.string(),
  event: EventView,
  /** What became of it, when something was proposed. */
  outcome: z
    .object({
      action: z.string(),
      autonomy: Autonomy,
      approvalState: ApprovalState.optional(),
      commandState: CommandState.optional(),
    })
    .optional(),
})
export type FeedItem = z.infer<typeof FeedItem>

/** GET /v1/approvals?state=open: only those that this person may decide, oldest first. */
export const ApprovalItem = z.object({ approval: ApprovalView, proposal: ProposalView })
export type ApprovalItem = z.infer<typeof ApprovalItem>

/** POST /v1/approvals/:approvalId/decision; answers the ApprovalItem as it is then. */
export const ApprovalDecision = z.object({
  decision: z.enum(['approve', 'refuse']),
  reason: z.string().trim().min(3).max(500),
})
export type ApprovalDecision = z.infer<typeof ApprovalDecision>

/** GET /v1/stores */
export const StoreView = z.object({
  storeId: idSchema('store'),
  name: z.string(),
  regionId: RegionId,
  districtId: idSchema('district'),
  districtName: z.string(),
  currency: z.string(),
  timeZone: z.string(),
  pointOfSale: z.string().optional(),
  /** Of the agent's connection to the vendor, as the agent last said. */
  connection: z.enum(['connected', 'unreachable', 'consent_needed']).optional(),
  agent: z
    .object({
      agentId: idSchema('agent'),
      status: z.enum(['online', 'late', 'offline', 'never_seen']),
      seenAt: Instant.optional(),
      version: z.string().optional(),
      outboxCount: z.int().optional(),
      deadLettersCount: z.int().optional(),
    })
    .optional(),
  today: z.object({
    businessDay: z.string(),
    salesMinor: z.int(),
    refundsMinor: z.int(),
    salesCount: z.int(),
    refundsCount: z.int(),
  }),
  openApprovalsCount: z.int(),
  /** What its point of sale can and cannot do. */
  actions: z.array(z.object({ action: z.string(), by: z.string(), says: z.string() })),
})
export type StoreView = z.infer<typeof StoreView>

/** GET /v1/sales/hourly?storeId=&hours=: one row per store, hour and currency that has sales. */
export const HourlySales = z.object({
  storeId: idSchema('store'),
  hour: Instant,
  currency: z.string(),
  salesMinor: z.int(),
  refundsMinor: z.int(),
  salesCount: z.int(),
  refundsCount: z.int(),
})
export type HourlySales = z.infer<typeof HourlySales>

/** GET /v1/dead-letters */
export const DeadLetterView = z.object({
  deadLetterId: z.string(),
  regionId: RegionId,
  storeId: z.string().optional(),
  source: z.enum(['ingest', 'consumer']),
  code: z.string(),
  says: z.string(),
  field: z.string().optional(),
  at: Instant,
  attemptsCount: z.int(),
  replayedAt: Instant.optional(),
})
export type DeadLetterView = z.infer<typeof DeadLetterView>
