/**
 * Writes commands to Kafka: the table is the outbox, and whichever hub holds the lock writes. A
 * command whose arrival nobody tells of is written again; agents know it by its id.
 */
import { sql } from 'kysely'
import type { Logger } from '../../base/log.ts'
import { type Database, inChain } from '../../base/postgres.ts'
import { toCommandRecord } from '../../link/command-record.ts'
import type { KafkaProducer } from '../../stream/kafka-producer.ts'
import { keyOf } from '../../stream/kafka-record.ts'
import type { Changes } from '../changes.ts'
import { type CommandRow, commandOf, isWaiting, wake } from '../dispatch/deliver.ts'

export interface PublisherOptions {
  readonly db: Database
  readonly changes: Changes
  readonly producer: KafkaProducer
  readonly topic: string
  readonly chainId: string
  readonly regionId: string
  readonly log: Logger
}

const commandsPerBatchMax = 200
const againAfterSeconds = 30
/** For commands that nobody announces, and for another hub's end. */
const lookEveryMs = 1_000

export function startPublisher(options: PublisherOptions): { close(): Promise<void> } {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      // Subscribed before looking, so that nothing slips between.
      const woken = wake(options.changes, undefined, lookEveryMs, stopping.signal)
      try {
        if ((await publish(options)) === commandsPerBatchMax) woken.cancel()
      } catch (error) {
        options.log.warn(
          { err: error },
          'commands could not be written to Kafka; it is tried again',
        )
      }
      await woken.promise
    }
  })()
  return {
    async close() {
      stopping.abort()
      await running
    },
  }
}

/**
 * Order per store: one hub at a time, in the order in which they were issued. The lock ends with the
 * transaction, and the server ends that of a hub that froze.
 */
function publish({ db, producer, topic, chainId, regionId }: PublisherOptions): Promise<number> {
  return inChain(db, chainId, async (tx) => {
    const lock = `${chainId}/${topic}`
    const locks = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(7462006, hashtext(${lock})) as mine`.execute(tx)
    if (!locks.rows[0]?.mine) return 0
    const { rows } = await sql<CommandRow>`
      select * from command where chain_id = ${chainId} and ${isWaiting} and (published_at is null
        or published_at < now() - make_interval(secs => ${againAfterSeconds}))
      order by issued_at, command_id limit ${commandsPerBatchMax}`.execute(tx)
    if (rows.length === 0) return 0
    const commands = rows.map((row) => commandOf(row, regionId))
    await producer.send(
      commands.map((command) => ({ topic, key: keyOf(command), ...toCommandRecord(command) })),
    )
    await sql`update command set published_at = now() where chain_id = ${chainId}
      and command_id = any(${rows.map(({ command_id }) => command_id)}::text[])`.execute(tx)
    return rows.length
  })
}
