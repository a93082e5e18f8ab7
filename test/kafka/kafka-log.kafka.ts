/** The event log on Kafka: what is its own, its group, then the suite of all logs, on the same broker. */
import { checkEventLog } from '../../src/stream/conformance.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import { createWithEffects } from '../effects.ts'
import { postgresOutages, startTestPostgres } from '../postgres.ts'
import { checkStaticMembers } from './group-suite.ts'
import { startTestKafka } from './kafka.ts'
import './kafka-carries.ts'

const [kafka, subject] = await Promise.all([startTestKafka(), createWithEffects()])
const { config, cluster } = kafka
const { db, appUrl: url } = subject.database

const brokerOutages = cluster
  ? [{ what: 'the broker is killed', stop: () => cluster.kill(0), start: () => cluster.start(0) }]
  : []

checkStaticMembers(kafka)
checkEventLog(
  async () => ({
    ...subject,
    db,
    open: () => createKafkaLog({ db, url, kafka: config, regionId: 'eu', heartbeatMs: 300 }),
  }),
  [...postgresOutages(await startTestPostgres()), ...brokerOutages],
)
