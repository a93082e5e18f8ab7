/** A command: an instruction to one store, made by policy out of a proposal. */
import { z } from 'zod'
import { idSchema } from '../base/ids.ts'
import { Instant } from '../base/time.ts'
import { RegionId } from '../retail/organisation.ts'

export const CommandState = z.enum([
  'queued',
  'delivered',
  'executed',
  'verified',
  'failed',
  'expired',
  'rolled_back',
])
export type CommandState = z.infer<typeof CommandState>

/** As it travels from hub to agent. */
export const Command = z.object({
  commandId: idSchema('command'),
  proposalId: idSchema('proposal'),
  chainId: idSchema('chain'),
  regionId: RegionId,
  storeId: idSchema('store'),
  action: z.string().max(80),
  input: z.record(z.string(), z.unknown()),
  traceparent: z.string(),
  /** The event that the thread began with. */
  causationId: z.uuid(),
  issuedAt: Instant,
  expiresAt: Instant,
})
export type Command = z.infer<typeof Command>
