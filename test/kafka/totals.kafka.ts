/** The scenario of the totals with the hub on Kafka, whose broker is killed in the middle too. */
import { checkTotals } from '../scenario/totals.ts'
import { startTestKafka } from './kafka.ts'

const { hub, cluster } = await startTestKafka()

await checkTotals({
  hub,
  share: 0.3,
  async trouble() {
    await cluster?.kill(0)
    await cluster?.start(0)
  },
})
