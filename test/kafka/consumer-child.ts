/** A process that is killed while it delivers: see kafka-carries.ts. */
import { z } from 'zod'
import { openDatabase } from '../../src/base/postgres.ts'
import { KafkaConfig } from '../../src/stream/kafka-config.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import { addEffectIn } from '../effects.ts'

const Given = z.object({ url: z.string(), config: KafkaConfig, chainId: z.string() })
const { url, config, chainId } = Given.parse(JSON.parse(process.env.CHILD ?? '{}'))

const db = openDatabase({ url, applicationName: 'child' })
const log = await createKafkaLog({ db, url, kafka: config, regionId: 'eu', heartbeatMs: 300 })
await log.consume({
  chainId,
  group: 'one',
  async handler({ tx, events }) {
    for (const { event } of events) await addEffectIn(tx, chainId, event.id)
    process.send?.('delivering')
    await new Promise(() => setInterval(() => {}, 1_000))
  },
})
