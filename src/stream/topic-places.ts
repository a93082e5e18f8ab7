/** How far a topic of Kafka that others write was taken in; kept where the effects are. */
import { sql } from 'kysely'
import { type Database, inChain, type Tx } from '../base/postgres.ts'
import { LeaseLost } from './postgres-leases.ts'

export interface TopicPlace {
  readonly partition: number
  readonly token: number
  /** Undefined: from the oldest that there is. */
  readonly nextOffset: number | undefined
}

/** Takes partitions over: whoever held them cannot commit there any more. */
export function seizePlaces(
  db: Database,
  chainId: string,
  topic: string,
  partitions: readonly number[],
): Promise<TopicPlace[]> {
  return inChain(db, chainId, async (tx) => {
    const { rows } = await sql<{ partition: number; token: number; next_offset: number | null }>`
      insert into topic_place as p (chain_id, topic, partition)
      select ${chainId}, ${topic}, partition
      from unnest(${[...partitions]}::smallint[]) as partition order by partition
      on conflict (chain_id, topic, partition) do update set token = p.token + 1
      returning partition, token, next_offset`.execute(tx)
    return rows.map(({ partition, token, next_offset }) => ({
      partition,
      token,
      nextOffset: next_offset ?? undefined,
    }))
  })
}

/** How far each partition was taken in, by whichever process. */
export function readPlaces(
  db: Database,
  chainId: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  return inChain(db, chainId, async (tx) => {
    const { rows } = await sql<{ partition: number; next_offset: number }>`
      select partition, next_offset from topic_place
      where chain_id = ${chainId} and topic = ${topic} and next_offset is not null`.execute(tx)
    return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]))
  })
}

/** In the transaction of the effects. @throws LeaseLost when the partition is another's now */
export async function movePlace(
  tx: Tx,
  chainId: string,
  topic: string,
  { partition, token }: TopicPlace,
  nextOffset: number,
): Promise<void> {
  const { rows } = await sql`
    update topic_place set next_offset = ${nextOffset}
    where chain_id = ${chainId} and topic = ${topic} and partition = ${partition}
      and token = ${token}
    returning partition`.execute(tx)
  if (rows.length === 0) throw new LeaseLost()
}
