/** Events that a group could not handle: kept with the reason, and handled again on request. */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import type { Tx } from '../base/postgres.ts'
import { type AnyEvent, parseEvent } from '../retail/event.ts'
import type { DeadLetter, Place } from './log.ts'
import type { Row } from './postgres-read.ts'

/** A handler may say anything in its error; what is kept of it is bounded. */
const saysMax = 1000

/** What is kept of an event that a group could not handle. */
export interface Letter extends Place {
  readonly eventId: string
  readonly storeId: string
  /** The event as JSON. */
  readonly body: string
}

export async function bury(
  tx: Tx,
  { chainId, group }: { readonly chainId: string; readonly group: string },
  { partition, position, eventId, storeId, body }: Letter,
  trouble: { readonly fault: Fault; readonly attemptsCount: number },
): Promise<void> {
  await sql`insert into event_dead_letter (chain_id, group_name, store_id, partition, position,
      event_id, body, fault_code, fault_says, attempts_count)
    values (${chainId}, ${group}, ${storeId}, ${partition}, ${position}, ${eventId}, ${body},
      ${trouble.fault.code}, ${saysOf(trouble.fault)}, ${trouble.attemptsCount})
    on conflict (chain_id, group_name, event_id) do nothing`.execute(tx)
}

function saysOf(fault: Fault): string {
  const cause = fault.cause instanceof Error ? `: ${fault.cause.message}` : ''
  // PostgreSQL's text cannot hold the character zero.
  return `${fault.message}${cause}`.replaceAll('\u0000', '').slice(0, saysMax)
}

/** Locks the next letter to be handled again, so that no other process handles it meanwhile. */
export async function nextReplay(
  tx: Tx,
  chainId: string,
  group: string,
  partition: number,
): Promise<(Row & { deadLetterId: string }) | undefined> {
  const { rows } = await sql<Row & { deadLetterId: string }>`
    select dead_letter_id as "deadLetterId", partition, position, body, died_at as "recordedAt"
    from event_dead_letter
    where chain_id = ${chainId} and group_name = ${group} and state = 'replaying'
      and partition = ${partition}
    order by died_at, dead_letter_id limit 1 for update skip locked`.execute(tx)
  return rows[0]
}

export async function resolve(tx: Tx, chainId: string, deadLetterId: string): Promise<void> {
  await sql`update event_dead_letter set state = 'resolved'
    where chain_id = ${chainId} and dead_letter_id = ${deadLetterId}`.execute(tx)
}

export async function buryAgain(tx: Tx, chainId: string, deadLetterId: string, fault: Fault) {
  await sql`update event_dead_letter set state = 'dead', attempts_count = attempts_count + 1,
      fault_code = ${fault.code}, fault_says = ${saysOf(fault)}, died_at = now()
    where chain_id = ${chainId} and dead_letter_id = ${deadLetterId}
      and state = 'replaying'`.execute(tx)
}

/** @throws Fault not_found | conflict */
export async function askReplay(tx: Tx, chainId: string, deadLetterId: string): Promise<Place> {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(deadLetterId)
  const { rows } = isId
    ? await sql<Place & { state: string }>`
        select partition, position, state from event_dead_letter
        where chain_id = ${chainId} and dead_letter_id = ${deadLetterId} for update`.execute(tx)
    : { rows: [] }
  const [letter] = rows
  if (letter === undefined) throw new Fault('not_found', { field: 'deadLetterId' })
  if (letter.state === 'resolved') throw new Fault('conflict', { field: 'deadLetterId' })
  await sql`update event_dead_letter set state = 'replaying'
    where chain_id = ${chainId} and dead_letter_id = ${deadLetterId}`.execute(tx)
  return letter
}

export async function listDeadLetters(
  tx: Tx,
  chainId: string,
  filter: { group?: string; state?: DeadLetter['state']; limit?: number },
): Promise<DeadLetter[]> {
  const { group = null, state = null, limit = 100 } = filter
  const { rows } = await sql<Omit<DeadLetter, 'event' | 'fault'> & Record<string, string>>`
    select dead_letter_id as "deadLetterId", chain_id as "chainId", store_id as "storeId",
      group_name as "group", partition, position, body, fault_code as code, fault_says as says,
      attempts_count as "attemptsCount", died_at as "diedAt", state
    from event_dead_letter
    where chain_id = ${chainId} and (${group}::text is null or group_name = ${group})
      and (${state}::text is null or state = ${state})
    order by died_at desc, dead_letter_id limit ${Math.min(limit, 1000)}`.execute(tx)
  return rows.map(({ body, code, says, ...rest }) => ({
    ...rest,
    event: eventIn(body ?? ''),
    fault: { code: code ?? '', says: says ?? '' },
  }))
}

/** One that nobody can read must not keep anybody from reading the list. */
function eventIn(body: string): AnyEvent | undefined {
  try {
    return parseEvent(JSON.parse(body))
  } catch {
    return undefined
  }
}
