/** A quota as operators set it by `kafka-configs --alter --entity-type clients`. */
import { Admin, type BaseOptions } from '@platformatic/kafka'

/** Of all that the client of this name produces, at each broker; undefined lifts it. */
export async function setProduceQuota(
  client: BaseOptions,
  clientId: string,
  bytesPerSecond: number | undefined,
): Promise<void> {
  const admin = new Admin({ ...client, clientId: 'operator' })
  const key = 'producer_byte_rate'
  try {
    await admin.alterClientQuotas({
      entries: [
        {
          entities: [{ entityType: 'client-id', entityName: clientId }],
          ops: [
            bytesPerSecond === undefined
              ? { key, remove: true }
              : { key, value: bytesPerSecond, remove: false },
          ],
        },
      ],
    })
  } finally {
    await admin.close()
  }
}
