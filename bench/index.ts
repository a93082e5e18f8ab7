/** The list of measurements, in the order in which they run. */
import { webhookToCommand } from './commands/webhook-to-command.ts'
import type { Measurement } from './measurement.ts'
import { processMemory } from './memory/process-memory.ts'
import { returnDecision } from './returns/return-decision.ts'
import { durableWebhooks } from './webhooks/durable-webhooks.ts'

export const measurements: readonly Measurement[] = [
  durableWebhooks,
  webhookToCommand,
  returnDecision,
  // Last: it tells what the others weighed.
  processMemory,
]
