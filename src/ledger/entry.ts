/** One entry of the ledger: who did what, to what, on which data, with which version. */
import { z } from 'zod'
import { Instant } from '../base/time.ts'
import { RegionId } from '../retail/organisation.ts'

/** What can be recorded. Names are `noun.verb`; each says something that has happened. */
export const EntryKind = z.enum([
  'events.recorded',
  'decision.made',
  'approval.requested',
  'approval.given',
  'approval.refused',
  'approval.expired',
  'command.issued',
  'command.delivered',
  'command.executed',
  'command.verified',
  'command.failed',
  'command.expired',
  'command.rolled_back',
  'answer.given',
  'config.changed',
  'policy.changed',
  'rollout.changed',
  'personal_data.read',
  'dead_letter.made',
  'dead_letter.replayed',
  'agent.enrolled',
  'agent.revoked',
  'session.started',
  'session.ended',
  'access.denied',
])
export type EntryKind = z.infer<typeof EntryKind>

/** Who acted: a person, an agent, or a part of Tillway by its name (`hub`, `workflow:guard_returns`). */
export const Actor = z.object({
  type: z.enum(['person', 'agent', 'workflow', 'hub', 'operator']),
  id: z.string().min(1).max(160),
})
export type Actor = z.infer<typeof Actor>

const Hash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 in hex' })

/** What a caller hands in; the sequencer adds its place and the hashes. */
export const NewEntry = z.object({
  chainId: z.string().min(1).max(124),
  regionId: RegionId,
  at: Instant,
  kind: EntryKind,
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: 'a trace id' })
    .optional(),
  storeId: z.string().min(1).max(124).optional(),
  actor: Actor,
  /** What it happened to: a proposal, a command, an event, a policy ... by its id. */
  subjectId: z.string().min(1).max(255),
  /** What exactly: versions, hashes, reasons. Tokens, never personal values. */
  body: z.record(z.string(), z.json()),
})
export type NewEntry = z.infer<typeof NewEntry>

export const LedgerEntry = NewEntry.extend({
  /** Begins at 1 in each chain and has no gap. */
  sequence: z.int().positive(),
  previousHash: Hash,
  hash: Hash,
})
export type LedgerEntry = z.infer<typeof LedgerEntry>

/** What stands before the first entry. */
export const genesisHash = '0'.repeat(64)
