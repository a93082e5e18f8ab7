/** A member of a group that is killed, or takes its place: see group-suite.ts. Joins when it is told to. */
import { z } from 'zod'
import { KafkaConfig, kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { joinKafkaGroup } from '../../src/stream/kafka-group.ts'

const Given = z.object({
  config: KafkaConfig,
  topic: z.string(),
  groupId: z.string(),
  instanceId: z.string(),
})
const { config, ...group } = Given.parse(JSON.parse(process.env.CHILD ?? '{}'))

process.once('message', () => {
  joinKafkaGroup({
    client: kafkaClientOptions(config, 'child'),
    ...group,
    heartbeatMs: 300,
    onAssigned: (partitions) => process.send?.({ partitions: [...partitions] }),
  })
})
process.send?.('ready')
