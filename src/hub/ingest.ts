/**
 * Takes agents' batches into the log: each event is checked on its own, the bad ones become dead
 * letters, and the rest, their hash in the ledger and the place in the agent's outbox are one transaction.
 */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import { idSchema } from '../base/ids.ts'
import { canonicalJson } from '../base/json.ts'
import { type Database, inChain, type Tx } from '../base/postgres.ts'
import { sha256Hex } from '../base/signature.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type IngestResponse, limits } from '../link/protocol.ts'
import { fromCloudEvent } from '../retail/cloudevents.ts'
import { type AnyEvent, assertTimely } from '../retail/event.ts'
import type { EventLog } from '../stream/log.ts'
import type { Gate } from './identity/gate.ts'
import type { AgentPrincipal } from './identity/principal.ts'
import { appendWithLeaf } from './leaf-entries.ts'

export interface IngestDeps {
  readonly regionId: string
  readonly db: Database
  readonly log: EventLog
  readonly ledger: Ledger
  readonly gate: Gate
}

interface Rejection {
  readonly sequence: number
  readonly fault: Fault
  readonly wire: unknown
}

/** @throws Fault request_malformed | sequence_gap | database_unreachable */
export function ingest(
  deps: IngestDeps,
  agent: AgentPrincipal,
  batch: readonly unknown[],
): Promise<IngestResponse> {
  const take = prepareIngest(deps, agent, batch)
  return inChain(deps.db, agent.chainId, (tx) => take(tx))
}

/** Events of an outbox that were not taken in, by their sequences. */
export interface Gap {
  readonly agentId: string
  readonly epoch: string
  readonly first: number
  readonly last: number
}

/**
 * Checks a batch; what is returned takes it in, in the caller's transaction. With `onGap`, what is
 * missing before it will not come any more: the ledger says so, and whoever is called.
 * @throws Fault request_malformed
 */
export function prepareIngest(
  deps: Omit<IngestDeps, 'db'>,
  agent: AgentPrincipal,
  batch: readonly unknown[],
): (tx: Tx, onGap?: (gap: Gap) => void) => Promise<IngestResponse> {
  if (batch.length === 0 || batch.length > limits.eventsPerBatchMax)
    throw new Fault('request_malformed', {
      field: 'body',
      expected: `1 to ${limits.eventsPerBatchMax} events`,
    })
  const { epoch, first, last } = rangeOf(batch)
  const accepted: AnyEvent[] = []
  const rejected: Rejection[] = []
  batch.forEach((wire, index) => {
    try {
      accepted.push(checkEvent(deps, agent, wire))
    } catch (error) {
      rejected.push({ sequence: first + index, fault: Fault.from(error), wire })
    }
  })
  return async (tx, onGap) => {
    const mayGap = onGap !== undefined
    const through = await advance(tx, agent, epoch, { first, last, mayGap })
    if (first > through + 1) {
      const gap = { agentId: agent.agentId, epoch, first: through + 1, last: first - 1 }
      await noteGap(tx, deps, agent.chainId, gap)
      onGap?.(gap)
    }
    const { appended, duplicates } = await appendWithLeaf(tx, deps, agent.agentId, accepted)
    if (rejected.length > 0) await bury(tx, deps, agent, epoch, rejected)
    return {
      acceptedThrough: last,
      appended,
      duplicates,
      rejected: rejected.map(({ sequence, fault }) => {
        const { code, field, expected } = fault.toBody()
        return { sequence, code, ...(field && { field }), ...(expected && { expected }) }
      }),
    }
  }
}

/** A batch is one run of an outbox: one epoch, sequences without a gap. */
function rangeOf(batch: readonly unknown[]): { epoch: string; first: number; last: number } {
  const places = batch.map((wire) => {
    const { epoch, sequence } = (wire ?? {}) as { epoch?: unknown; sequence?: unknown }
    return { epoch, sequence: Number(sequence) }
  })
  const { epoch, sequence: first } = places[0] ?? {}
  const isPlace =
    typeof epoch === 'string' &&
    /^[\x21-\x7e]{1,40}$/.test(epoch) &&
    Number.isSafeInteger(first) &&
    Number(first) >= 1
  if (!isPlace)
    throw new Fault('request_malformed', { field: 'sequence', expected: 'epoch and sequence' })
  const isRun = places.every(
    (place, index) => place.epoch === epoch && place.sequence === Number(first) + index,
  )
  if (!isRun)
    throw new Fault('request_malformed', { field: 'sequence', expected: 'one epoch, no gap' })
  return { epoch, first: Number(first), last: Number(first) + batch.length - 1 }
}

/**
 * One event, whenever it is taken in: with its batch, or later as a replayed dead letter.
 * @throws Fault event_malformed | forbidden | event_in_future | event_too_late
 */
export function checkEvent(
  deps: Pick<IngestDeps, 'regionId' | 'gate'>,
  agent: AgentPrincipal,
  wire: unknown,
): AnyEvent {
  const event = fromCloudEvent(wire)
  assertOwn(deps, agent, event)
  deps.gate.require(agent, 'events.append', { type: 'Store', id: event.storeId })
  assertTimely(event.occurredAt, Date.now())
  return event
}

/** Of the agent's chain and this cell's region. @throws Fault event_malformed */
export function assertOwn(
  { regionId }: Pick<IngestDeps, 'regionId'>,
  { chainId }: AgentPrincipal,
  event: AnyEvent,
): void {
  if (event.chainId !== chainId || event.regionId !== regionId)
    throw new Fault('event_malformed', { field: 'regionid', expected: regionId })
}

/**
 * @returns up to where events were accepted before
 * @throws Fault sequence_gap when events before this batch are missing here
 */
async function advance(
  tx: Tx,
  agent: AgentPrincipal,
  epoch: string,
  { first, last, mayGap }: { first: number; last: number; mayGap: boolean },
): Promise<number> {
  const { rows } = await sql<{ accepted_through: number }>`
    insert into agent_epoch as e (chain_id, agent_id, epoch, accepted_through)
    values (${agent.chainId}, ${agent.agentId}, ${epoch}, 0)
    on conflict (chain_id, agent_id, epoch) do update set accepted_through = e.accepted_through
    returning accepted_through`.execute(tx)
  const through = rows[0]?.accepted_through ?? 0
  if (first > through + 1 && !mayGap)
    throw new Fault('sequence_gap', { field: 'sequence', expected: String(through + 1) })
  await sql`
    update agent_epoch set accepted_through = greatest(accepted_through, ${last})
    where chain_id = ${agent.chainId} and agent_id = ${agent.agentId} and epoch = ${epoch}`.execute(
    tx,
  )
  return through
}

async function noteGap(
  tx: Tx,
  { ledger, regionId }: Pick<IngestDeps, 'ledger' | 'regionId'>,
  chainId: string,
  { agentId, epoch, first, last }: Gap,
): Promise<void> {
  await ledger.record(tx, [
    {
      chainId,
      regionId,
      at: new Date().toISOString(),
      kind: 'dead_letter.made',
      actor: { type: 'hub', id: 'hub' },
      subjectId: `${agentId}/${epoch}/${first}`,
      body: { code: 'sequence_gap', first, last },
    },
  ])
}

async function bury(
  tx: Tx,
  { ledger, regionId }: Pick<IngestDeps, 'ledger' | 'regionId'>,
  agent: AgentPrincipal,
  epoch: string,
  rejected: readonly Rejection[],
): Promise<void> {
  for (const { sequence, fault, wire } of rejected) {
    // As text: it is kept as it came, and jsonb does not take every JSON.
    const event = JSON.stringify(wire)
    const storeId = idSchema('store').safeParse((wire as { partitionkey?: unknown }).partitionkey)
    await sql`
      insert into ingest_dead_letter (chain_id, agent_id, store_id, epoch, sequence, fault, event)
      values (${agent.chainId}, ${agent.agentId}, ${storeId.data ?? null},
        ${epoch}, ${sequence}, ${JSON.stringify(fault.toBody())}, ${event})
      on conflict do nothing`.execute(tx)
    await ledger.record(tx, [
      {
        chainId: agent.chainId,
        regionId,
        at: new Date().toISOString(),
        kind: 'dead_letter.made',
        actor: { type: 'hub', id: 'hub' },
        subjectId: `${agent.agentId}/${epoch}/${sequence}`,
        body: { code: fault.code, eventHash: sha256Hex(canonicalJson(wire)) },
      },
    ])
  }
}
