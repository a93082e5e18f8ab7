/**
 * The scenario of the totals, whole, with the log on Kafka and two agents that link by it, one of which
 * is killed with -9, and a broker that is killed in the middle too; meanwhile a monitor is told all that
 * Kafka is not needed for.
 */
import { ok } from 'node:assert/strict'
import { freePorts } from '../../src/cli/start/ports.ts'
import { apart } from '../scenario/fleet.ts'
import { checkTotals } from '../scenario/totals.ts'
import { startTestKafka } from './kafka.ts'
import { scrape } from './scrape.ts'

const { hub, config, cluster } = await startTestKafka()
const [metricsPort = 0] = await freePorts(41_000 + Math.floor(Math.random() * 9_000), 1)
const link = {
  link: 'kafka',
  kafkaBrokers: config.kafkaBrokers?.join() ?? '',
  kafkaTopicPrefix: config.kafkaTopicPrefix,
}

await checkTotals({
  hub: { ...hub, agentsOnKafka: 'true', metricsPort: String(metricsPort) },
  agents: { agt_us_east: link, [apart]: link },
  async trouble() {
    if (cluster === undefined) return
    await cluster.kill(0)
    const samples = await scrape(`http://127.0.0.1:${metricsPort}/metrics`)
    ok(samples.has('tillway_events_appended_total{region="us"}'))
    ok(!samples.has('tillway_agents_lag_records{region="us"}'))
    await cluster.start(0)
  },
})
