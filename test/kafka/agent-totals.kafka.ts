/**
 * The scenario of the totals with two agents on Kafka, one of which is killed with -9, and a broker
 * that is killed in the middle too.
 */
import { apart } from '../scenario/fleet.ts'
import { checkTotals } from '../scenario/totals.ts'
import { startTestKafka } from './kafka.ts'

const { hub, config, cluster } = await startTestKafka()
const link = {
  link: 'kafka',
  kafkaBrokers: config.kafkaBrokers?.join() ?? '',
  kafkaTopicPrefix: config.kafkaTopicPrefix,
}

await checkTotals({
  hub: { ...hub, stream: 'postgres', agentsOnKafka: 'true' },
  agents: { agt_us_east: link, [apart]: link },
  share: 0.3,
  async trouble() {
    await cluster?.kill(0)
    await cluster?.start(0)
  },
})
