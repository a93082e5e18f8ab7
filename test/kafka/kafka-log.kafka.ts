/** The event log on Kafka: the suite of all logs, then what is its own. */
import { sql } from 'kysely'
import pg from 'pg'
import { checkEventLog } from '../../src/stream/conformance.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import { streamMigrations } from '../../src/stream/postgres-log.ts'
import { postgresOutages, startTestPostgres } from '../postgres.ts'
import { startTestKafka } from './kafka.ts'

const [postgres, kafka] = await Promise.all([startTestPostgres(), startTestKafka()])
const database = await postgres.createDatabase([streamMigrations])
const client = new pg.Client({ connectionString: database.ownerUrl })
await client.connect()
await client.query(
  `create table effect (n bigint generated always as identity, chain_id text, what text);
   grant select, insert on effect to ${database.appRole}`,
)
await client.end()

const brokerOutages = kafka.cluster
  ? [
      {
        what: 'the broker is killed',
        stop: () => kafka.cluster?.kill(0) ?? Promise.resolve(),
        start: () => kafka.cluster?.start(0) ?? Promise.resolve(),
      },
    ]
  : []

checkEventLog(async () => {
  const { db } = database
  return {
    db,
    open: () =>
      createKafkaLog({
        db,
        url: database.appUrl,
        kafka: kafka.config,
        regionId: 'eu',
        heartbeatMs: 300,
      }),
    async addEffect(tx, chainId, what) {
      await sql`insert into effect (chain_id, what) values (${chainId}, ${what})`.execute(tx)
    },
    async effects(chainId) {
      const { rows } = await sql<{ what: string }>`
        select what from effect where chain_id = ${chainId} order by n`.execute(db)
      return rows.map(({ what }) => what)
    },
  }
}, [...postgresOutages(postgres), ...brokerOutages])
