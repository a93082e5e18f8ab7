/** Commands from the hub: kept before they are acknowledged, carried out once however often they come. */
import { Command } from '../../actions/command.ts'
import type { Database } from './database.ts'

export interface InboxCommand {
  readonly command: Command
  readonly attemptsCount: number
}

export interface Inbox {
  /** Inside a transaction; false when it was there. */
  receive(command: Command, nowMs: number): boolean
  /** All that is not done, oldest first; after a crash also what was being carried out. */
  open(): InboxCommand[]
  /** Received and done at once; its outcome tells the hub that it arrived. */
  settle(command: Command, nowMs: number): void
  begin(commandId: string): void
  done(commandId: string): void
  /** Received but not yet told to the hub. */
  unacknowledged(limit: number): string[]
  acknowledged(commandIds: readonly string[]): void
  prune(beforeMs: number): void
}

export function createInbox(database: Database): Inbox {
  const insert = database.prepare(`
    insert or ignore into commands (commandId, storeId, command, state, receivedAtMs)
    values (?, ?, ?, 'received', ?)`)
  const settle = database.prepare(`
    insert into commands (commandId, storeId, command, state, receivedAtMs, attemptsCount, isAcknowledged)
    values (?, ?, ?, 'done', ?, 1, 1)
    on conflict (commandId) do update set state = 'done'`)
  const again = database.prepare('update commands set isAcknowledged = 0 where commandId = ?')
  const open = database.prepare(`
    select command, attemptsCount from commands where state <> 'done' order by receivedAtMs, commandId`)
  const begin = database.prepare(`
    update commands set state = 'executing', attemptsCount = attemptsCount + 1 where commandId = ?`)
  const done = database.prepare(`update commands set state = 'done' where commandId = ?`)
  const waiting = database.prepare(
    'select commandId from commands where isAcknowledged = 0 limit ?',
  )
  const acknowledge = database.prepare('update commands set isAcknowledged = 1 where commandId = ?')
  const prune = database.prepare(`
    delete from commands where state = 'done' and isAcknowledged = 1 and receivedAtMs < ?`)
  return {
    receive(command, nowMs) {
      const { commandId, storeId } = command
      const isNew = insert.run(commandId, storeId, JSON.stringify(command), nowMs).changes !== 0
      // The hub sends it again when it has not heard that it arrived.
      if (!isNew) again.run(commandId)
      return isNew
    },
    settle: (command, nowMs) =>
      void settle.run(command.commandId, command.storeId, JSON.stringify(command), nowMs),
    open: () =>
      (open.all() as unknown as { command: string; attemptsCount: number }[]).map((row) => ({
        command: Command.parse(JSON.parse(row.command)),
        attemptsCount: row.attemptsCount,
      })),
    begin: (commandId) => void begin.run(commandId),
    done: (commandId) => void done.run(commandId),
    unacknowledged: (limit) =>
      (waiting.all(limit) as { commandId: string }[]).map(({ commandId }) => commandId),
    acknowledged(commandIds) {
      for (const commandId of commandIds) acknowledge.run(commandId)
    },
    prune: (beforeMs) => void prune.run(beforeMs),
  }
}
