/** Features in one pass equal what the definition gives by looking at all of history each time. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { msPerDay } from '../sliding-sums.ts'
import { createFraudHistory, fraudFeatures, handbookFeatures, type Payment } from './features.ts'

type Known = Payment & { readonly isFraud: boolean }

function draw(count: number, seed: number): Known[] {
  const random = createRandom(seed)
  let atMs = Date.UTC(2026, 0, 1)
  return Array.from({ length: count }, () => {
    atMs += Math.floor(random.next() * 0.4 * msPerDay)
    return {
      atMs,
      customer: random.below(4),
      terminal: random.below(5),
      amountMinor: random.below(20_000),
      isFraud: random.next() < 0.2,
    }
  })
}

function run(payments: readonly Known[]): Float32Array[] {
  const history = createFraudHistory()
  return payments.map((payment) => {
    const into = new Float32Array(fraudFeatures.length)
    history.next(payment, into, payment.isFraud)
    return into
  })
}

/** The handbook's definition, read literally. */
function slowly(payments: readonly Known[], at: number): number[] {
  const now = payments[at]!
  const before = payments.slice(0, at + 1)
  const own = before.filter(({ customer }) => customer === now.customer)
  const there = before.filter(({ terminal }) => terminal === now.terminal)
  const within = (list: readonly Known[], days: number, delay: number) =>
    list.filter(
      ({ atMs }) =>
        atMs > now.atMs - (days + delay) * msPerDay && atMs <= now.atMs - delay * msPerDay,
    )
  const date = new Date(now.atMs)
  const customer = [1, 7, 30].flatMap((days) => {
    const list = within(own, days, 0)
    const total = list.reduce((sum, { amountMinor }) => sum + amountMinor / 100, 0)
    return [list.length, total / list.length]
  })
  const terminal = [1, 7, 30].flatMap((days) => {
    const list = within(there, days, 7)
    const frauds = list.filter(({ isFraud }) => isFraud).length
    return [list.length, list.length > 0 ? frauds / list.length : 0]
  })
  const isWeekend = [0, 6].includes(date.getUTCDay()) ? 1 : 0
  const isNight = date.getUTCHours() <= 6 ? 1 : 0
  return [now.amountMinor / 100, isWeekend, isNight, ...customer, ...terminal]
}

test('the fifteen of the handbook, by its definition', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const payments = draw(400, seed)
      const quick = run(payments)
      for (let at = 0; at < 400; at += 37)
        for (const [place, wanted] of slowly(payments, at).entries())
          close(quick[at]![place]!, wanted, 1e-5)
    }),
    { numRuns: 20 },
  )
})

test('a fraud confirmed late counts as one that was known in time, from then on', () => {
  const payments = draw(600, 7)
  const known = run(payments)
  const history = createFraudHistory()
  const into = new Float32Array(fraudFeatures.length)
  for (const [at, payment] of payments.entries()) {
    history.next(payment, into)
    const told = payments.filter(
      (one, place) =>
        place <= at &&
        one.isFraud &&
        one.atMs <= payment.atMs - 5 * msPerDay &&
        (at === 0 || one.atMs > payments[at - 1]!.atMs - 5 * msPerDay),
    )
    for (const one of told) history.confirm(one)
    if (at > 0) deepEqual(into, known[at], `payment ${at}`)
  }
})

test('what has not happened yet changes nothing', () => {
  const payments = draw(300, 8)
  const changed = payments.map((one, at) => (at < 200 ? one : { ...one, isFraud: !one.isFraud }))
  deepEqual(run(changed).slice(0, 200), run(payments).slice(0, 200))
})

test('twice the amounts: what is relative stays', () => {
  const payments = draw(300, 9)
  const doubled = run(payments.map((one) => ({ ...one, amountMinor: one.amountMinor * 2 })))
  const plain = run(payments)
  const relative = ['amount_over_usual', 'amount_deviations', 'customer_recent_over_usual']
  for (const name of relative) {
    const place = (fraudFeatures as readonly string[]).indexOf(name)
    for (const at of [50, 150, 299])
      if (!Number.isNaN(plain[at]![place]!)) close(doubled[at]![place]!, plain[at]![place]!, 1e-4)
  }
})

test('a first payment, and a fraud too old to matter', () => {
  const history = createFraudHistory()
  const into = new Float32Array(fraudFeatures.length)
  history.next({ atMs: 0, customer: 'a', terminal: 'b', amountMinor: 0 }, into)
  for (const [place, name] of fraudFeatures.entries())
    ok(place >= handbookFeatures.length || Number.isFinite(into[place]), name)
  equal(history.confirm({ terminal: 'unknown', atMs: 0 }), false)
})
