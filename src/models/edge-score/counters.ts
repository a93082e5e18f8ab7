/**
 * What an agent remembers of each cashier or device so that an event can be judged at the till, without
 * the hub: a few numbers each, brought up to date by each event in the same short time.
 *
 * The time of an event decides, never that of its arrival. A late one adds what it would still count by
 * now, so that any order of arrival gives the same counters; one older than five weeks adds nothing. An
 * event from the future (a till whose clock is wrong) counts as of now.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { refuseInput } from '../inputs.ts'

/** A sale is what the others are measured by. */
export const tillKinds = ['sale', 'refund', 'void', 'no_sale', 'discount', 'override'] as const
export type TillKind = (typeof tillKinds)[number]

export interface TillEvent {
  /** The token of a cashier or a device. */
  readonly entity: string
  /** The name of its peer group: format, role and volume. */
  readonly group: string
  readonly kind: TillKind
  readonly atMs: number
  /** At least 0; 0 where there is none. */
  readonly amountMinor: number
  /** From this amount on another person approves. */
  readonly approvalLimitMinor?: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Half of what an event counts is gone after so long. */
export const halfLives = { '8h': 8 * hourMs, '7d': 7 * dayMs } as const
const latenessMaxMs = 35 * dayMs
/** Amounts beside a limit are counted by whole blocks of time, the running one and the one before. */
const blockMs = 28 * dayMs
export const entitiesCap = 100_000

const Decayed = z.array(z.number().nonnegative()).length(tillKinds.length)
/** Amounts from 0.8 to 0.9 of the limit, and from 0.9 up to it. */
const NearLimit = z.tuple([z.int().nonnegative(), z.int().nonnegative()])

const Counter = z.strictObject({
  entity: z.string().min(1).max(200),
  /** The latest event. */
  asOfMs: z.number(),
  lastSaleMs: z.number().nullable(),
  /** Events by kind, each counting less by its age. */
  '8h': Decayed,
  '7d': Decayed,
  block: z.int(),
  nearNow: NearLimit,
  nearBefore: NearLimit,
})
export type Counter = z.output<typeof Counter>

/** What an agent keeps over a restart: oldest first. */
export const SavedCounters = z.strictObject({
  entitiesMax: z.int().min(1).max(entitiesCap),
  counters: z.array(Counter).max(entitiesCap),
})
export type SavedCounters = z.output<typeof SavedCounters>

export interface Counters {
  readonly entitiesMax: number
  /** By entity; who was heard of last comes last. */
  readonly byEntity: Map<string, Counter>
}

/** What counting an event has shown of the moment before it. */
export interface Seen {
  readonly counter: Counter
  /** The event's time, as it was counted. */
  readonly atMs: number
  /** `undefined` where no sale is known, or where later ones have hidden the one before. */
  readonly sinceSaleMs: number | undefined
}

/** @param entitiesMax beyond it, who was not heard of for longest is forgotten */
export function createCounters(entitiesMax = 2000): Counters {
  if (!(Number.isInteger(entitiesMax) && entitiesMax >= 1 && entitiesMax <= entitiesCap))
    refuseInput('entitiesMax', `1 to ${entitiesCap}`)
  return { entitiesMax, byEntity: new Map() }
}

export function saveCounters({ entitiesMax, byEntity }: Counters): SavedCounters {
  return { entitiesMax, counters: structuredClone([...byEntity.values()]) }
}

/** @throws Fault model_input_malformed */
export function openCounters(saved: unknown): Counters {
  const { entitiesMax, counters } = parse(SavedCounters, saved, 'model_input_malformed')
  const kept = counters.slice(-entitiesMax)
  return { entitiesMax, byEntity: new Map(kept.map((one) => [one.entity, one])) }
}

/**
 * Changes `counters`. Each call costs the same, however much was counted before.
 * @param nowMs the agent's clock
 * @throws Fault model_input_malformed
 */
export function countEvent(counters: Counters, event: TillEvent, nowMs: number): Seen {
  checkEvent(event, nowMs)
  const { byEntity, entitiesMax } = counters
  const atMs = Math.min(event.atMs, nowMs)
  const counter = byEntity.get(event.entity) ?? emptyCounter(event.entity, atMs)
  // Taken out and put in again, it is the last in the map's order.
  byEntity.delete(event.entity)
  byEntity.set(event.entity, counter)
  if (byEntity.size > entitiesMax) byEntity.delete(byEntity.keys().next().value ?? '')
  const { lastSaleMs } = counter
  const isKnown = lastSaleMs !== null && lastSaleMs <= atMs
  const sinceSaleMs = isKnown ? atMs - lastSaleMs : undefined
  if (counter.asOfMs - atMs > latenessMaxMs) return { counter, atMs, sinceSaleMs: undefined }
  countDecayed(counter, tillKinds.indexOf(event.kind), atMs)
  if (event.kind === 'sale') counter.lastSaleMs = Math.max(lastSaleMs ?? atMs, atMs)
  else countNearLimit(counter, event, atMs)
  return { counter, atMs, sinceSaleMs }
}

function emptyCounter(entity: string, atMs: number): Counter {
  return {
    entity,
    asOfMs: atMs,
    lastSaleMs: null,
    '8h': tillKinds.map(() => 0),
    '7d': tillKinds.map(() => 0),
    block: Math.floor(atMs / blockMs),
    nearNow: [0, 0],
    nearBefore: [0, 0],
  }
}

function countDecayed(counter: Counter, kind: number, atMs: number): void {
  const aheadMs = atMs - counter.asOfMs
  for (const name of ['8h', '7d'] as const) {
    const own = counter[name]
    const factor = 2 ** (-Math.abs(aheadMs) / halfLives[name])
    if (aheadMs > 0) for (let at = 0; at < own.length; at += 1) own[at]! *= factor
    own[kind]! += aheadMs > 0 ? 1 : factor
  }
  counter.asOfMs = Math.max(counter.asOfMs, atMs)
}

/** @returns 1 for just under the limit, 0 for the tenth below that, -1 for all other amounts */
export function limitPlaceOf({ amountMinor, approvalLimitMinor }: TillEvent): -1 | 0 | 1 {
  if (approvalLimitMinor === undefined || amountMinor >= approvalLimitMinor) return -1
  if (amountMinor >= 0.9 * approvalLimitMinor) return 1
  return amountMinor >= 0.8 * approvalLimitMinor ? 0 : -1
}

function countNearLimit(counter: Counter, event: TillEvent, atMs: number): void {
  const block = Math.floor(atMs / blockMs)
  if (block > counter.block) {
    counter.nearBefore = block === counter.block + 1 ? counter.nearNow : [0, 0]
    counter.nearNow = [0, 0]
    counter.block = block
  }
  const place = limitPlaceOf(event)
  if (place === -1) return
  if (block === counter.block) counter.nearNow[place] += 1
  else if (block === counter.block - 1) counter.nearBefore[place] += 1
}

function checkEvent(event: TillEvent, nowMs: number): void {
  const { entity, group, kind, atMs, amountMinor, approvalLimitMinor } = event
  if (entity.length < 1 || entity.length > 200) refuseInput('entity', '1 to 200 characters')
  if (group.length < 1 || group.length > 200) refuseInput('group', '1 to 200 characters')
  if (!tillKinds.includes(kind)) refuseInput('kind', tillKinds.join(', '))
  if (!Number.isFinite(atMs)) refuseInput('atMs', 'a time in milliseconds')
  if (!Number.isFinite(nowMs)) refuseInput('nowMs', 'a time in milliseconds')
  if (!(amountMinor >= 0 && Number.isFinite(amountMinor)))
    refuseInput('amountMinor', 'a number of at least 0')
  if (approvalLimitMinor !== undefined && !(approvalLimitMinor > 0))
    refuseInput('approvalLimitMinor', 'a number above 0')
}
