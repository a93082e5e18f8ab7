/** The till's memory and what is asked by it: order of arrival, bounds, restarts, and never without a table. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import {
  type Counters,
  countEvent,
  createCounters,
  openCounters,
  saveCounters,
  type TillEvent,
  type TillKind,
  tillKinds,
} from './counters.ts'
import { type EdgeStep, edgeScore, edgeSteps } from './model.ts'
import { nearLimitChance, peerChance, peerLevels, peerTable, signalsOf } from './signals.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const start = Date.UTC(2026, 0, 5, 8)
const eventOf = (change: Partial<TillEvent> = {}): TillEvent => ({
  entity: 'cashier_1',
  group: 'till',
  kind: 'sale',
  atMs: start,
  amountMinor: 1000,
  ...change,
})
const count = (counters: Counters, change: Partial<TillEvent>, nowMs = 1e15) =>
  countEvent(counters, eventOf(change), nowMs)
const at = (name: TillKind) => tillKinds.indexOf(name)

test('half of what an event counts is gone after a shift, and after a week', () => {
  const counters = createCounters()
  count(counters, { kind: 'refund' })
  const { counter } = count(counters, { atMs: start + 8 * hour })
  close(counter['8h'][at('refund')]!, 0.5)
  close(counter['7d'][at('refund')]!, 2 ** (-1 / 21))
  const later = count(counters, { kind: 'refund', atMs: start + 7 * day }).counter
  close(later['7d'][at('refund')]!, 1.5)
})

const anEvent = fc.record({
  kind: fc.constantFrom(...tillKinds),
  atMs: fc.integer({ min: 0, max: 3 * day }).map((ms) => start + ms),
  amountMinor: fc.integer({ min: 0, max: 12_000 }),
})
test('events that come late and in any order leave the same counters', () => {
  fc.assert(
    fc.property(fc.array(anEvent, { minLength: 1, maxLength: 40 }), fc.nat(), (events, seed) => {
      const after = (given: typeof events) => {
        const counters = createCounters()
        for (const one of given) count(counters, { ...one, approvalLimitMinor: 10_000 })
        return saveCounters(counters).counters[0]!
      }
      const own = after(events)
      const other = after(createRandom(seed).shuffle(events.slice()))
      for (const name of ['8h', '7d'] as const)
        for (const [kind, value] of own[name].entries())
          ok(Math.abs(other[name][kind]! - value) <= 1e-9 * (1 + value))
      deepEqual({ ...other, '8h': [], '7d': [] }, { ...own, '8h': [], '7d': [] })
    }),
    { numRuns: 60 },
  )
})

test('five weeks late counts nothing; a clock that runs ahead counts as of now', () => {
  const counters = createCounters()
  count(counters, { atMs: start + 36 * day })
  const before = structuredClone(saveCounters(counters))
  equal(count(counters, { kind: 'refund' }).sinceSaleMs, undefined)
  deepEqual(saveCounters(counters), before)
  const { counter, atMs } = count(
    counters,
    { kind: 'void', atMs: start + 900 * day },
    start + 37 * day,
  )
  equal(atMs, start + 37 * day)
  equal(counter.asOfMs, start + 37 * day)
})

test('seconds since the last sale: of sales before it, and unknown where a later one hides them', () => {
  const counters = createCounters()
  equal(count(counters, { kind: 'refund' }).sinceSaleMs, undefined)
  count(counters, { atMs: start + minute })
  equal(count(counters, { kind: 'refund', atMs: start + 5 * minute }).sinceSaleMs, 4 * minute)
  equal(count(counters, { kind: 'refund', atMs: start + minute / 2 }).sinceSaleMs, undefined)
})

test('so many are remembered, whoever was not heard of for longest is forgotten first', () => {
  const counters = createCounters(3)
  for (const entity of ['a', 'b', 'c', 'a', 'd']) count(counters, { entity })
  deepEqual([...counters.byEntity.keys()], ['c', 'a', 'd'])
  for (let one = 0; one < 5000; one += 1) count(counters, { entity: `more ${one}` })
  equal(counters.byEntity.size, 3)
})

test('an agent that was started again goes on as if it had not been', () => {
  const random = createRandom('restart')
  const events = Array.from({ length: 300 }, (_, one) =>
    eventOf({
      entity: `cashier ${random.below(9)}`,
      kind: tillKinds[random.below(6)]!,
      atMs: start + one * 11 * minute,
      amountMinor: random.below(12_000),
      approvalLimitMinor: 10_000,
    }),
  )
  const through = createCounters(5)
  let stopped = createCounters(5)
  for (const [one, event] of events.entries()) {
    if (one % 50 === 49) stopped = openCounters(JSON.parse(JSON.stringify(saveCounters(stopped))))
    deepEqual(countEvent(stopped, event, 1e15), countEvent(through, event, 1e15))
  }
  deepEqual(saveCounters(stopped), saveCounters(through))
})

test('amounts just under the limit: 9 of 10 in the upper tenth are rarer than chance, by hand', () => {
  const counters = createCounters()
  const refund = (amountMinor: number, after: number) =>
    count(counters, {
      kind: 'refund',
      amountMinor,
      approvalLimitMinor: 10_000,
      atMs: start + after * hour,
    })
  refund(8500, 0)
  for (let one = 1; one < 9; one += 1) refund(9000 + one, one)
  const last = eventOf({ kind: 'refund', amountMinor: 9999, approvalLimitMinor: 10_000 })
  const seen = countEvent(counters, { ...last, atMs: start + 10 * hour }, 1e15)
  // 11 of the 1,024 ways that ten coins fall show nine heads or more.
  close(nearLimitChance(last, seen), 11 / 1024, 1e-9)
  ok(Number.isNaN(nearLimitChance({ ...last, amountMinor: 10_000 }, seen)))
  ok(Number.isNaN(nearLimitChance({ ...last, amountMinor: 8999 }, seen)))
  const later = countEvent(counters, { ...last, atMs: start + 70 * day }, 1e15)
  close(nearLimitChance(last, later), 0.5, 1e-9)
})

test('a chance among peers: between levels in proportion, ties as the more usual, never none', () => {
  const table = peerTable(Array.from({ length: 1001 }, (_, one) => one))
  for (const [value, wanted] of [
    [-1, 1],
    [0, 1],
    [500, 0.5],
    [950, 0.05],
    [990, 0.01],
    [2000, 1 / 1002],
  ] as const)
    close(peerChance(value, table, 1001), wanted, 1e-9)
  close(peerChance(5, peerTable([1, ...Array(99).fill(5)]), 100), 1 - peerLevels[1]!, 0.2)
  ok(Number.isNaN(peerChance(Number.NaN, table, 1001)))
})

test('one refund of one event is no rate of all', () => {
  const counters = createCounters()
  const seen = count(counters, { kind: 'refund' })
  const { rate_8h, since_sale } = signalsOf(eventOf({ kind: 'refund' }), seen, 0.05)
  close(rate_8h, 2 / 21)
  ok(Number.isNaN(since_sale))
})

/** Weeks of shifts; offenders refund four times as often, large and just under the limit, after hours. */
function shifts(seed: string, { cashiers = 20, days = 28, offenders = 0 } = {}) {
  const random = createRandom(seed)
  const events: TillEvent[] = []
  for (let cashier = 0; cashier < cashiers; cashier += 1) {
    const isOffender = cashier < offenders
    const rate = random.beta(6, 114) * (isOffender ? 4 : 1)
    for (let shift = 0; shift < days; shift += 1) {
      let atMs = start + shift * day + random.below(4) * hour
      const ends = atMs + 8 * hour
      while (atMs < ends) {
        atMs += Math.round(-Math.log(1 - random.next()) * 6 * minute)
        const isRefund = random.next() < Math.min(0.5, rate)
        const usual = Math.exp(7.5 + 0.8 * random.normal())
        const amount = isRefund && isOffender ? 9000 + random.below(1000) : usual
        events.push({
          entity: `${seed} ${cashier}`,
          group: cashier % 2 === 0 ? 'till' : 'desk',
          kind: isRefund ? 'refund' : 'sale',
          atMs: isRefund && isOffender ? atMs + 20 * minute : atMs,
          amountMinor: Math.round(amount),
          approvalLimitMinor: 10_000,
        })
      }
    }
  }
  return events.sort((a, b) => a.atMs - b.atMs)
}

function stepsOf(table: Parameters<typeof edgeScore.predict>[0], events: readonly TillEvent[]) {
  const counters = createCounters()
  const refunds = new Map<string, EdgeStep[]>()
  for (const event of events) {
    const { step } = edgeScore.predict(table, event, countEvent(counters, event, event.atMs))
    if (event.kind === 'sale') equal(step, 'log')
    else refunds.set(event.entity, [...(refunds.get(event.entity) ?? []), step])
  }
  return refunds
}

const learned = shifts('learned', { cashiers: 60 })
const table = edgeScore.fit(learned)
const fresh = shifts('fresh', { cashiers: 20, offenders: 2 })
const steps = stepsOf(table, fresh)
const isOffender = (entity: string) => entity === 'fresh 0' || entity === 'fresh 1'

test('honest cashiers are asked about two times in a hundred refunds; offenders nearly always', () => {
  const shareOf = (wanted: boolean, from: EdgeStep) => {
    const own = [...steps].flatMap(([entity, all]) => (isOffender(entity) === wanted ? all : []))
    const least = edgeSteps.indexOf(from)
    return own.filter((step) => edgeSteps.indexOf(step) >= least).length / own.length
  }
  ok(shareOf(false, 'ask_reason') < 0.06, String(shareOf(false, 'ask_reason')))
  ok(shareOf(false, 'hold') < 0.005, String(shareOf(false, 'hold')))
  ok(shareOf(true, 'ask_reason') > 0.6, String(shareOf(true, 'ask_reason')))
  ok(shareOf(true, 'manager_pin') > 0.3, String(shareOf(true, 'manager_pin')))
})

test('without a table there is the log and no more, whatever happens', () => {
  for (const [, all] of stepsOf(undefined, fresh)) ok(all.every((step) => step === 'log'))
  const counters = createCounters()
  const event = eventOf({ kind: 'refund', amountMinor: 1e9 })
  const verdict = edgeScore.predict(undefined, event, countEvent(counters, event, 1e15))
  deepEqual(verdict, { step: 'log', chance: Number.NaN, signals: [], basis: 'no_table' })
})

test('one striking signal alone holds nothing, and a kind that peers seldom have is not judged', () => {
  const counters = createCounters()
  for (let one = 0; one < 200; one += 1) count(counters, { atMs: start + one * minute })
  const huge = eventOf({ kind: 'refund', amountMinor: 1e9, atMs: start + 201 * minute })
  const verdict = edgeScore.predict(table, huge, countEvent(counters, huge, 1e15))
  equal(verdict.signals[0]!.signal, 'amount')
  ok(verdict.step !== 'hold')
  const rare = { ...huge, kind: 'void' as const }
  equal(edgeScore.predict(table, rare, countEvent(counters, rare, 1e15)).basis, 'too_few_events')
  const elsewhere = { ...huge, group: 'toString' }
  equal(edgeScore.predict(table, elsewhere, countEvent(counters, elsewhere, 1e15)).basis, 'chain')
})

test('an explanation adds up to the statistic that the chance is of, each with its figure', () => {
  const counters = createCounters()
  const event = eventOf({ kind: 'refund', amountMinor: 9500, approvalLimitMinor: 10_000 })
  count(counters, { atMs: start - 40 * minute })
  const verdict = edgeScore.predict(table, event, countEvent(counters, event, 1e15))
  const { base, factors } = edgeScore.explain(verdict)
  const sum = factors.reduce((total, { weight }) => total + weight, base)
  close(0.5 - Math.atan(sum) / Math.PI, verdict.chance, 1e-9)
  equal(factors.length, 5)
  for (const { says } of factors) ok(/\d.*\.$/.test(says), says)
})

test('bad input, tables and memories are named', () => {
  const refuses = (field: string, act: () => unknown) =>
    throws(act, (error) => error instanceof Fault && error.detail.field === field)
  const counters = createCounters()
  refuses('entity', () => count(counters, { entity: '' }))
  refuses('kind', () => count(counters, { kind: 'theft' as never }))
  refuses('atMs', () => count(counters, { atMs: Number.NaN }))
  refuses('amountMinor', () => count(counters, { amountMinor: -1 }))
  refuses('approvalLimitMinor', () => count(counters, { approvalLimitMinor: 0 }))
  refuses('entitiesMax', () => createCounters(0))
  refuses('events', () => edgeScore.fit([]))
  refuses('holdChance', () => edgeScore.fit(learned, { holdChance: 0.5 }))
  refuses('counters', () => openCounters({ entitiesMax: 5, counters: 'none' }))
  equal(counters.byEntity.size, 0)
})
