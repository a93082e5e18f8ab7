/** What an agent reports about governed work: answers given at a register, commands carried out. */
import { z } from 'zod'
import { FaultCodeSchema } from './fault-code.ts'

/** What a register is told about a return. `held` waits for a person. */
export const ReturnVerdict = z.enum(['accepted', 'held', 'refused'])
export type ReturnVerdict = z.infer<typeof ReturnVerdict>

/** The answer a register got, and who gave it: the hub, or the agent alone while the hub was away. */
export const ReturnAnswer = z.object({
  returnId: z.string().min(1).max(160),
  verdict: ReturnVerdict,
  decidedBy: z.enum(['hub', 'agent']),
  /** The proposal behind it, when the hub decided. */
  proposalId: z.string().max(64).optional(),
  /** Hash of the policy text that decided. */
  policyHash: z.string().max(64).optional(),
  why: z.string().max(500),
})
export type ReturnAnswer = z.infer<typeof ReturnAnswer>

export const CommandReport = z.object({
  commandId: z.string().min(1).max(64),
  /** `executed`: the vendor accepted it; `verified`: reading back shows it. */
  state: z.enum(['executed', 'verified', 'failed', 'expired']),
  /** What the vendor calls the thing that was made or changed. */
  reference: z.string().max(255).optional(),
  fault: FaultCodeSchema.optional(),
  says: z.string().max(500).optional(),
  attemptsCount: z.int().min(0),
})
export type CommandReport = z.infer<typeof CommandReport>
