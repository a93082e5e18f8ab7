/** How events go up and commands come down; everything that needs an answer goes by HTTPS in any case. */
import type { Command } from '../../actions/command.ts'
import type { Loop } from '../loop.ts'
import type { OutboxBatch } from '../storage/outbox.ts'

export interface Link {
  /**
   * @returns up to which sequence events are safe: the agent may forget them
   * @throws Fault sequence_gap saying as `expected` where to go on
   */
  send(batch: OutboxBatch, signal: AbortSignal): Promise<number>
  /** True while that event was given to Kafka and the hub may still be about to take it in. */
  isUnderWay(sequence: number): boolean
  /** What is passed on is on disk, and new. */
  startReceiving(onCommands: (commands: readonly Command[]) => void): Loop
  close(): Promise<void>
}
