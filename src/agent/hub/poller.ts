/** Waits at the hub for commands; what arrives is on disk before the hub is told so. */
import type { Command } from '../../actions/command.ts'
import type { Logger } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import { CommandBatch, type CommandPoll, limits } from '../../link/protocol.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import { type HubClient, readAnswer } from './hub-client.ts'

const spareMs = 10_000

export interface PollerOptions {
  readonly hub: HubClient
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Logger
  readonly onCommands: (commands: readonly Command[]) => void
}

export function startPoller({ hub, storage, clock, log, onCommands }: PollerOptions): Loop {
  const receive = createReceiver(storage, clock, onCommands)

  async function step(signal: AbortSignal): Promise<number> {
    const received = storage.inbox.unacknowledged(limits.commandsPerPollMax)
    const waitMs = limits.pollWaitMsMax
    const answer = await hub.call({
      path: '/v1/commands/poll',
      body: JSON.stringify({ received, waitMs } satisfies CommandPoll),
      deadlineMs: waitMs + spareMs,
      signal,
    })
    const { commands } = readAnswer(CommandBatch, answer)
    if (received.length > 0) storage.writer.later(() => storage.inbox.acknowledged(received))
    await receive(commands)
    return 0
  }

  return startLoop({ name: 'waiting for commands', log, step })
}

/** Puts commands on disk; only those that are new are passed on. */
export function createReceiver(
  storage: Storage,
  clock: Clock,
  onCommands: (commands: readonly Command[]) => void,
): (commands: readonly Command[]) => Promise<void> {
  return async (commands) => {
    if (commands.length === 0) return
    const nowMs = clock.nowMs()
    const fresh = await storage.writer.commit(() =>
      commands.filter((command) => storage.inbox.receive(command, nowMs)),
    )
    if (fresh.length > 0) onCommands(fresh)
  }
}
