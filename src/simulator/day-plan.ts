/** Everything that will happen on one day in all stores, in order: a pure function of seed and data. */
import type { Assignment } from './assignment.ts'
import type { DemoStore } from './demo-chain.ts'
import { belowBy, unitBy } from './hash.ts'
import type { AtTill } from './till.ts'
import { type TradingDay, tradingDay } from './trading-day.ts'
import type { BookReturn, BookSale, TransactionBook } from './transaction-book.ts'

interface Planned {
  /** Unique in the run. */
  readonly key: string
  readonly store: DemoStore
  readonly at: AtTill
}

/** One pass of one lane through the data. */
export interface Pass {
  readonly lane: number
  readonly round: number
}

export type PlannedEvent = Planned &
  (
    | { readonly kind: 'sale'; readonly sale: BookSale; readonly pass: Pass }
    | { readonly kind: 'return'; readonly entry: BookReturn; readonly pass: Pass }
    | { readonly kind: 'clock_in' | 'clock_out' | 'register_open' | 'register_close' }
    | { readonly kind: 'no_sale' | 'count' | 'standing_delivery' }
  )

export interface PlanInput {
  readonly seed: string
  readonly stores: readonly DemoStore[]
  readonly book: TransactionBook
  readonly assignment: Assignment
  /** How many times the data plays at once, each time from another day on. */
  readonly lanesCount: number
}

/** Sales and returns carry these keys at the vendors: letters, digits and dashes. */
export function keyOf(entry: { readonly key: string }, { lane, round }: Pass): string {
  return `${entry.key}-${lane}-${round}`
}

/**
 * The day of the data that a lane plays on a day of the run. Lanes start a stretch apart that is no
 * whole number of weeks, since the retailer was closed on Saturdays and the demo chain is not.
 */
export function dataDay(
  { book, lanesCount }: Pick<PlanInput, 'book' | 'lanesCount'>,
  lane: number,
  dayOfRun: number,
): { day: number; round: number } {
  const length = Math.max(1, book.daysCount)
  const stretch = Math.floor(length / lanesCount)
  const step = stretch % 7 === 0 && stretch > 1 ? stretch - 1 : stretch
  const place = dayOfRun + lane * step
  return { day: place % length, round: Math.floor(place / length) }
}

/** @param date the local date of every store, `2026-11-20` */
export function planDay(input: PlanInput, dayOfRun: number, date: string): PlannedEvent[] {
  const days = new Map(
    input.stores.map((store) => [store.storeId, tradingDay(input.seed, store, date)]),
  )
  const dayOf = (store: DemoStore): TradingDay => {
    const day = days.get(store.storeId)
    if (day === undefined) throw new RangeError(`no such store: ${store.storeId}`)
    return day
  }
  const routine = input.stores.flatMap((store) => routineOf(input, store, dayOf(store)))
  const trade = Array.from({ length: input.lanesCount }, (_, lane) =>
    tradeOf(input, lane, dayOfRun, dayOf),
  ).flat()
  return [...routine, ...trade].sort(
    (a, b) => a.at.atMs - b.at.atMs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
}

function tradeOf(
  input: PlanInput,
  lane: number,
  dayOfRun: number,
  dayOf: (store: DemoStore) => TradingDay,
): PlannedEvent[] {
  const { book, assignment, seed } = input
  const { day, round } = dataDay(input, lane, dayOfRun)
  const pass = { lane, round }
  return book.entries.slice(book.dayStarts[day], book.dayStarts[day + 1]).map((entry) => {
    const store = assignment.storeOf(entry, lane)
    const key = keyOf(entry, pass)
    // A return comes at the end of its minute, so that it never overtakes its sale.
    const spread = unitBy(seed, 'spread', key) * 0.8
    const atMs = dayOf(store).instantOf(entry.minuteOfDay, entry.kind === 'sale' ? spread : 0.9)
    const planned = { key, store, at: atTill(input, store, dayOf(store), atMs, key), pass }
    return entry.kind === 'sale'
      ? { ...planned, kind: 'sale', sale: entry }
      : { ...planned, kind: 'return', entry }
  })
}

/** Shifts, tills opened and closed, drawers, counts and the weekly delivery. */
function routineOf(input: PlanInput, store: DemoStore, day: TradingDay): PlannedEvent[] {
  const { seed } = input
  const { storeId, atVendor } = store
  const events: PlannedEvent[] = []
  const add = (kind: RoutineKind, atMs: number, what: string, by: Partial<AtTill> = {}) => {
    const key = `${kind}-${storeId}-${day.date}-${what}`
    events.push({ kind, key, store, at: { ...atTill(input, store, day, atMs, key), ...by } })
  }
  for (const { employee, startsMs, endsMs } of day.shifts) {
    const by = { employeeExternalId: employee.externalId }
    add('clock_in', startsMs, employee.externalId, by)
    add('clock_out', endsMs, employee.externalId, by)
  }
  const lead = day.shifts[0]?.employee.externalId ?? ''
  for (const [index, { externalId }] of atVendor.registers.entries()) {
    const by = { registerExternalId: externalId, employeeExternalId: lead }
    add('register_open', day.opensMs - (8 - index) * 60_000, externalId, by)
    add('register_close', day.closesMs + (5 + index) * 60_000, externalId, by)
  }
  const within = (what: string) =>
    Math.round(day.opensMs + unitBy(seed, what, storeId, day.date) * (day.closesMs - day.opensMs))
  const noSalesCount = belowBy(4, seed, 'no sales', storeId, day.date)
  for (let index = 0; index < noSalesCount; index += 1)
    add('no_sale', within(`no sale ${index}`), String(index))
  for (let index = 0; index < 4; index += 1) add('count', within(`count ${index}`), String(index))
  const weekday = Temporal.PlainDate.from(day.date).dayOfWeek
  if (weekday === 1 + belowBy(6, seed, 'delivery', storeId))
    add('standing_delivery', day.opensMs - 5 * 60_000, 'weekly')
  return events
}

type RoutineKind = Exclude<PlannedEvent['kind'], 'sale' | 'return'>

function atTill(
  { assignment }: PlanInput,
  store: DemoStore,
  day: TradingDay,
  atMs: number,
  key: string,
): AtTill {
  return {
    storeExternalId: store.atVendor.externalId,
    registerExternalId: assignment.registerOf(store, key),
    employeeExternalId: day.cashierAt(atMs, key).externalId,
    atMs,
  }
}
