/**
 * Who reads which partition. Members of a group share its partitions evenly; a lease that is not
 * renewed passes to another member, and its token then keeps the former holder from committing.
 */
import { sql } from 'kysely'
import { type Database, inChain, type Tx } from '../base/postgres.ts'

export const leaseMs = 3_000
export const renewEveryMs = 1_000

/** How far a group has come in a partition. */
export interface Progress {
  readonly position: number
  /** Of the event at `position`: nothing after it was recorded earlier. */
  readonly recordedAt: string
  /** Where in the partition of Kafka's topic to read on; absent where there is no Kafka. */
  readonly nextOffset?: number | undefined
}

export interface Lease extends Mutable<Progress> {
  readonly partition: number
  readonly token: number
}

type Mutable<Fields> = { -readonly [Key in keyof Fields]: Fields[Key] }

/** A reader in one process. */
export interface Member {
  readonly chainId: string
  readonly group: string
  readonly member: string
}

/** The partition was given to another member; what was done since must not be committed. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

const until = sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`

/** Gives the group a position in each partition, once. `offsets`: where Kafka's partitions end now. */
export async function joinGroup(
  db: Database,
  { chainId, group }: Member,
  from: 'beginning' | 'now',
  offsets: readonly number[] = [],
): Promise<void> {
  const isNow = from === 'now'
  await inChain(db, chainId, (tx) =>
    sql`insert into event_lease (chain_id, group_name, partition, position, next_offset)
      select chain_id, ${group}, partition, case when ${isNow} then position else 0 end,
        (${[...offsets]}::bigint[])[partition + 1]
      from event_head where chain_id = ${chainId} on conflict do nothing`.execute(tx),
  )
}

/** Renews what this member holds, says how many it should hold, and takes what is free up to that. */
export function beat(db: Database, member: Member, held: readonly Lease[]) {
  return inChain(db, member.chainId, async (tx) => {
    const kept = await renew(tx, member, held)
    const quota = await quotaOf(tx, member)
    const lost = held.filter(({ partition, token }) => kept.get(partition) !== token)
    const taken = kept.size < quota ? await take(tx, member, quota - kept.size) : []
    return { lost, taken, surplus: Math.max(0, kept.size - quota) }
  })
}

/**
 * Of what is in this member's name only what it works on: what it gave up while the database was away,
 * or took without hearing of it, has to end, or nobody would ever work on it again.
 */
async function renew(
  tx: Tx,
  { chainId, group, member }: Member,
  held: readonly Lease[],
): Promise<Map<number, number>> {
  const partitions = held.map(({ partition }) => partition)
  await sql`insert into event_member (chain_id, group_name, member, expires_at)
    values (${chainId}, ${group}, ${member}, ${until})
    on conflict (chain_id, group_name, member) do update set expires_at = excluded.expires_at`.execute(
    tx,
  )
  const { rows } = await sql<{ partition: number; token: number }>`
    update event_lease set expires_at = ${until}
    where chain_id = ${chainId} and group_name = ${group} and owner = ${member}
      and partition = any(${partitions}::smallint[])
    returning partition, token`.execute(tx)
  return new Map(rows.map(({ partition, token }) => [partition, token]))
}

/** An even share; the first members by name take what does not divide. */
async function quotaOf(tx: Tx, { chainId, group, member }: Member): Promise<number> {
  const { rows } = await sql<{ members: number; before: number; partitions: number }>`
    select count(*) as members, count(*) filter (where member < ${member}) as before,
      (select count(*) from event_lease where chain_id = ${chainId} and group_name = ${group})
        as partitions
    from event_member where chain_id = ${chainId} and group_name = ${group}
      and expires_at > clock_timestamp()`.execute(tx)
  const { members = 1, before = 0, partitions = 0 } = rows[0] ?? {}
  return Math.floor(partitions / members) + (before < partitions % members ? 1 : 0)
}

async function take(tx: Tx, { chainId, group, member }: Member, count: number): Promise<Lease[]> {
  const { rows } = await sql<Lease>`
    update event_lease set owner = ${member}, token = token + 1, expires_at = ${until}
    where chain_id = ${chainId} and group_name = ${group} and partition in (
      select partition from event_lease
      where chain_id = ${chainId} and group_name = ${group} and expires_at < clock_timestamp()
      order by partition limit ${count} for update skip locked)
    returning partition, token, position, greatest(recorded_at, 'epoch') as "recordedAt"`.execute(
    tx,
  )
  return rows
}

/** In the delivery's transaction: its effects and this position are one. @throws LeaseLost */
export async function advance(
  tx: Tx,
  { chainId, group, member }: Member,
  lease: Lease,
  to: Progress,
): Promise<void> {
  const { rows } = await sql`
    update event_lease set position = ${to.position}, recorded_at = ${to.recordedAt},
      next_offset = coalesce(${to.nextOffset ?? null}::bigint, next_offset)
    where chain_id = ${chainId} and group_name = ${group} and partition = ${lease.partition}
      and owner = ${member} and token = ${lease.token}
    returning partition`.execute(tx)
  if (rows.length === 0) throw new LeaseLost()
}

/**
 * Takes partitions that something else than leases has given to this member (Kafka's coordinator):
 * whoever held them cannot commit any more.
 */
export async function seize(
  db: Database,
  { chainId, group, member }: Member,
  partitions: readonly number[],
): Promise<Lease[]> {
  return inChain(db, chainId, async (tx) => {
    const { rows } = await sql<Lease & { nextOffset: number | null }>`
      update event_lease set owner = ${member}, token = token + 1, expires_at = ${until}
      where chain_id = ${chainId} and group_name = ${group}
        and partition = any(${[...partitions]}::smallint[])
      returning partition, token, position, greatest(recorded_at, 'epoch') as "recordedAt",
        next_offset as "nextOffset"`.execute(tx)
    return rows.map((row) => ({ ...row, nextOffset: row.nextOffset ?? undefined }))
  })
}

export async function release(db: Database, member: Member, leases: readonly Lease[]) {
  const partitions = leases.map(({ partition }) => partition)
  await inChain(db, member.chainId, (tx) =>
    sql`update event_lease set owner = null, expires_at = '-infinity'
      where chain_id = ${member.chainId} and group_name = ${member.group}
        and owner = ${member.member} and partition = any(${partitions}::smallint[])`.execute(tx),
  )
}

/** Also clears away members that died long ago. */
export async function leaveGroup(db: Database, { chainId, group, member }: Member): Promise<void> {
  await inChain(db, chainId, (tx) =>
    sql`delete from event_member where chain_id = ${chainId} and group_name = ${group}
      and (member = ${member} or expires_at < clock_timestamp() - interval '1 hour')`.execute(tx),
  )
}
