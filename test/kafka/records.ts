/** All records of a topic's partition, as another program sees them. */
import { type BaseOptions, Consumer, type KafkaRecord } from '@platformatic/kafka'

export async function recordsOf(
  client: BaseOptions,
  topic: string,
  partition: number,
): Promise<KafkaRecord[]> {
  const consumer = new Consumer({ ...client, groupId: 'looking' })
  try {
    consumer.topics.track(topic)
    const { topics } = await consumer.metadata({ topics: [topic] })
    const { id = '', partitions = [] } = topics.get(topic) ?? {}
    const { responses } = await consumer.fetch({
      node: partitions[partition]?.leader ?? 1,
      topics: [
        {
          topicId: id,
          partitions: [
            {
              partition,
              fetchOffset: 0n,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
              partitionMaxBytes: 10_000_000,
            },
          ],
        },
      ],
    })
    const batches = responses[0]?.partitions[0]?.records ?? []
    return batches.flatMap(({ records }) => records)
  } finally {
    await consumer.close(true)
  }
}
