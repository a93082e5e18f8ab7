import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { createAssignment } from './assignment.ts'
import { dataDay, type PlannedEvent, planDay } from './day-plan.ts'
import { demoChain } from './demo-chain.ts'
import { readBook } from './transaction-book.ts'

const seed = 'harbour'
const { stores } = demoChain({ seed, installSecret: 'x', simulatorUrl: '', agentUrls: {} })
const book = await readBook(
  new URL('../../data/transactions/transactions.csv.gz', import.meta.url).pathname,
)
const assignment = createAssignment(seed, stores, book)
const input = { seed, stores, book, assignment, lanesCount: 6 }
const plan = (day: number, date: string) => planDay(input, day, date)
const atMs = ({ at }: PlannedEvent) => at.atMs

/** Clocks change in this week, on different days in the us and in the eu. */
const dates = ['2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09', '2026-10-25', '2026-10-26']

test('days follow each other without overlap, whatever clocks do', () => {
  for (const [index, date] of dates.entries()) {
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString()
    const last = plan(index, date).at(-1)
    const first = plan(index + 1, next)[0]
    ok(last !== undefined && first !== undefined && atMs(last) < atMs(first), date)
  }
})

test('each key is used once, and sales fall into trading hours with somebody at work', () => {
  const events = plan(3, '2026-06-10')
  equal(new Set(events.map((event) => event.key)).size, events.length)
  for (const { kind, store, at } of events) {
    if (kind !== 'sale' && kind !== 'return') continue
    const local = Temporal.Instant.fromEpochMilliseconds(at.atMs).toZonedDateTimeISO(store.timeZone)
    ok(local.hour >= store.opensHour && local.hour < store.closesHour, local.toString())
    ok(store.atVendor.employees.some((person) => person.externalId === at.employeeExternalId))
  }
})

test('who clocks in clocks out, and every till that opens closes', () => {
  const events = plan(0, '2026-06-10')
  const who = (kind: PlannedEvent['kind'], by: 'employeeExternalId' | 'registerExternalId') =>
    events
      .filter((event) => event.kind === kind)
      .map(({ at }) => at[by])
      .sort()
  deepEqual(who('clock_in', 'employeeExternalId'), who('clock_out', 'employeeExternalId'))
  deepEqual(who('register_open', 'registerExternalId'), who('register_close', 'registerExternalId'))
})

test('a customer mostly goes to one store, and never to another region', () => {
  const visits = new Map<string, Map<string, number>>()
  for (const entry of book.entries) {
    const customer = assignment.customerKey(entry, 0)
    if (customer === undefined || entry.kind !== 'sale') continue
    const { storeId, regionId } = assignment.storeOf(entry, 0)
    equal(regionId, assignment.homeOf(customer).regionId)
    const ofCustomer = visits.get(customer) ?? new Map<string, number>()
    visits.set(customer, ofCustomer.set(storeId, (ofCustomer.get(storeId) ?? 0) + 1))
  }
  const counts = [...visits.values()].map((stores) => [...stores.values()])
  const all = counts.flat().reduce((sum, count) => sum + count, 0)
  const most = counts.reduce((sum, ofStores) => sum + Math.max(...ofStores), 0)
  ok(most / all > 0.8, `${most / all}`)
})

test('lanes play different days, and a lane begins anew with a new round', () => {
  const days = Array.from({ length: 6 }, (_, lane) => dataDay(input, lane, 0).day)
  equal(new Set(days.map((day) => day % 7)).size > 3, true, 'not all closed on the same Saturday')
  equal(new Set(days).size, 6)
  deepEqual(dataDay(input, 0, book.daysCount), { day: 0, round: 1 })
})
