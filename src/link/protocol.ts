/**
 * What agent and hub say to each other, as schemas. Agents call, the hub answers; the hub never
 * connects to a store. Events travel as CloudEvents batches (retail/cloudevents.ts).
 */
import { z } from 'zod'
import { Command } from '../actions/command.ts'
import { idSchema } from '../base/ids.ts'
import { Instant } from '../base/time.ts'
import { FaultCodeSchema } from '../retail/fault-code.ts'
import { ReturnVerdict } from '../retail/governed.ts'
import { RegionId, Register, Store } from '../retail/organisation.ts'

export const limits = {
  /** Events of one batch, and their bytes. */
  eventsPerBatchMax: 500,
  batchBytesMax: 4_000_000,
  commandsPerPollMax: 100,
  pollWaitMsMax: 25_000,
} as const

/** POST /v1/agents/enrol, once; the code was handed out by central IT and works one time. */
export const EnrolRequest = z.object({
  agentId: idSchema('agent'),
  enrolmentCode: z.string().min(16).max(200),
  /** Public half of a P-256 key made by the agent and never leaving it. */
  publicKey: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().max(64),
    y: z.string().max(64),
  }),
})
export type EnrolRequest = z.infer<typeof EnrolRequest>

export const EnrolResponse = z.object({
  agentId: idSchema('agent'),
  chainId: idSchema('chain'),
  regionId: RegionId,
})
export type EnrolResponse = z.infer<typeof EnrolResponse>

/** Not an address, since an agent may reach the hub by another name than the hub knows itself by. */
export const tokenAudience = 'tillway:hub/v1/token'

/**
 * POST /v1/token: RFC 7523. The assertion is a JWT (ES256) with iss = sub = the agent's id,
 * aud = `tokenAudience`, jti used once, and at most a minute of life.
 */
export const TokenRequest = z.object({
  grant_type: z.literal('client_credentials'),
  client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'),
  client_assertion: z.string().max(4000),
})
export type TokenRequest = z.infer<typeof TokenRequest>

export const TokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
})
export type TokenResponse = z.infer<typeof TokenResponse>

/** POST /v1/events answers this. Rejected events are kept by the hub as dead letters, not asked again. */
export const IngestResponse = z.object({
  /** All sequences of this epoch up to here are safe at the hub: the agent may forget them. */
  acceptedThrough: z.int().min(0),
  appended: z.int(),
  duplicates: z.int(),
  rejected: z.array(
    z.object({
      sequence: z.int(),
      code: FaultCodeSchema,
      field: z.string().optional(),
      expected: z.string().optional(),
    }),
  ),
})
export type IngestResponse = z.infer<typeof IngestResponse>

/** What the agent knows of a return from its own store, sent along with the question. */
export const LocalReturnFacts = z.object({
  /** The sale on the receipt, as this agent saw it; the hub may know more. */
  sale: z.object({ saleId: z.string(), occurredAt: Instant, totalMinor: z.int() }).optional(),
  /** Lines of that receipt already taken back, by this agent's own records. */
  alreadyReturnedLinesCount: z.int().min(0),
  /** Returns this employee took in the last 7 days at this agent's stores. */
  employeeReturnsCount: z.int().min(0),
  /** In the last 45 days, at this agent's stores. */
  customerReturnsCount: z.int().min(0),
})
export type LocalReturnFacts = z.infer<typeof LocalReturnFacts>

/** POST /v1/decisions: `event` is the return.requested as a CloudEvent. */
export const DecisionRequest = z.object({ event: z.unknown(), local: LocalReturnFacts })
export type DecisionRequest = z.infer<typeof DecisionRequest>

export const DecisionResponse = z.object({
  returnId: z.string(),
  verdict: ReturnVerdict,
  why: z.string().max(500),
  proposalId: idSchema('proposal'),
  policyHash: z.string(),
  /** Commands that follow at once (the acceptance itself); the same may also come by polling. */
  commands: z.array(Command),
})
export type DecisionResponse = z.infer<typeof DecisionResponse>

/** POST /v1/commands/poll: waits up to `waitMs` for commands to this agent's stores. */
export const CommandPoll = z.object({
  /** Commands that are safe in the agent's inbox since the last poll: now `delivered`. */
  received: z.array(idSchema('command')).max(limits.commandsPerPollMax),
  waitMs: z.int().min(0).max(limits.pollWaitMsMax),
})
export type CommandPoll = z.infer<typeof CommandPoll>

export const CommandBatch = z.object({ commands: z.array(Command).max(limits.commandsPerPollMax) })
export type CommandBatch = z.infer<typeof CommandBatch>

/** GET /v1/bundle, with ETag: what an agent needs to decide alone. */
export const Bundle = z.object({
  chainId: idSchema('chain'),
  regionId: RegionId,
  stores: z.array(Store),
  registers: z.array(Register),
  /** Cedar policies and schema, as governance/policy.ts reads them. */
  policies: z.string(),
  policyHash: z.string(),
  issuedAt: Instant,
})
export type Bundle = z.infer<typeof Bundle>

export const SupportState = z.object({ by: z.string(), says: z.string() })

/** POST /v1/agents/state, every few seconds: how the agent is, and what its stores' tills can do. */
export const AgentState = z.object({
  version: z.string().max(40),
  startedAt: Instant,
  outboxCount: z.int().min(0),
  lookupsCount: z.int().min(0),
  deadLettersCount: z.int().min(0),
  /** Refused or failed webhooks by fault code, since start. */
  faults: z.record(z.string(), z.int()),
  webhooksCount: z.int().min(0),
  duplicatesCount: z.int().min(0),
  localAnswersCount: z.int().min(0),
  lastWebhookAt: Instant.optional(),
  connections: z
    .array(
      z.object({
        connectionId: idSchema('connection'),
        label: z.string().max(80),
        storeIds: z.array(idSchema('store')),
        /** Whether the last call to the vendor got an answer. */
        isReachable: z.boolean(),
        /** Stores whose consent the vendor wants anew. */
        storesToConsent: z.array(idSchema('store')).default([]),
        actions: z.record(z.string(), SupportState),
        facts: z.record(z.string(), z.object({ by: z.string(), says: z.string().optional() })),
      }),
    )
    .max(500),
})
export type AgentState = z.infer<typeof AgentState>
