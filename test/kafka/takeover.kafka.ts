/** The scenario of hubs that are killed, freeze and are restarted, on Kafka. */
import { checkTakeover } from '../fleet/takeover.ts'
import { startTestKafka } from './kafka.ts'

const { environment } = await startTestKafka()

// A member that died is replaced after its session of 6 s, and the group has to agree on it.
await checkTakeover({ environment, killedSecondsMax: 30, frozenSecondsMax: 45 })
