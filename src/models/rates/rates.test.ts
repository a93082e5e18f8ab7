/** Rates among peers: golden values, published comparisons, and laws that hold for any counts. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { amountScores, strikingScore } from './amounts.ts'
import { combineChances, qValues } from './false-discovery.ts'
import { inspectionQueue, ratesModel } from './model.ts'
import { fitPeers } from './peer-group.ts'
import { alarmsOf, createWatch, limitFor, watchEvent } from './sequential.ts'

const golden = {
  parameters: {
    trimRatio: 0,
    trialsMin: 30,
    peersMin: 30,
    falseDiscoveryRatio: 0.1,
    intervalRatio: 0.9,
  },
  chain: { mu: 0.015, rho: 0.003, peersCount: 1000 },
  groups: {},
}

test('16 voids of 400 where peers have 1.5 %: rare, but no alarm among thousands', () => {
  const [verdict] = ratesModel.predict(golden, { groups: ['a'], counts: [16], trials: [400] })
  close(verdict!.chance, 0.0162633, 1e-5)
  close(verdict!.rate, 0.028655, 1e-4)
  close(verdict!.excess, 10, 1e-9)
  ok(verdict!.rateLow < verdict!.rate && verdict!.rate < verdict!.rateHigh)
  const { base, factors } = ratesModel.explain(verdict!)
  equal(base + factors[0]!.weight, 16)
  ok(factors[0]!.says.startsWith('16 of 400 (4.00 %), where peers have 1.50 %'))
})

test('Benjamini and Hochberg as published: 5 of 8 at 10 %', () => {
  const q = qValues([0.0001, 0.004, 0.019, 0.03, 0.04, 0.2, 0.5, 0.9])
  equal(q.filter((one) => one <= 0.1).length, 5)
  deepEqual([...qValues([Number.NaN, 0.01])], [Number.NaN, 0.01])
})

test('q-values keep the order of chances and are never below them', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(chance), (chances) => {
      const q = qValues(chances)
      for (const [a, one] of chances.entries())
        for (const [b, other] of chances.entries()) {
          ok(q[a]! >= one - 1e-15 && q[a]! <= 1)
          if (one <= other) ok(q[a]! <= q[b]!)
        }
    }),
    { numRuns: 50 },
  )
})

test('chances combine: one alone is itself, equal ones stay, a tiny one decides', () => {
  close(combineChances([0.02]), 0.02, 1e-9)
  close(combineChances([0.3, 0.3, 0.3]), 0.3, 1e-9)
  close(combineChances([1e-12, 0.5]), 2e-12, 1e-3)
  ok(Number.isNaN(combineChances([])))
  close(combineChances([0.01, Number.NaN]), 0.01, 1e-9)
})

test('mean rate and spread of simulated peers are found again', () => {
  const random = createRandom('peers')
  const [mu, rho, peers] = [0.02, 0.01, 3000]
  const size = (1 - rho) / rho
  const trials = Array.from({ length: peers }, () => 100 + random.below(900))
  const counts = trials.map((n) => random.binomial(n, random.beta(mu * size, (1 - mu) * size)))
  const found = fitPeers(counts, trials, 0)
  close(found.mu, mu, 0.05)
  close(found.rho, rho, 0.12)
})

test('8,000 cashiers, 1 % true offenders: alarms are right, and the queue beats raw rates', () => {
  const random = createRandom('cashiers')
  const [mu, rho, cashiers] = [0.015, 0.003, 8000]
  const size = (1 - rho) / rho
  const isOffender = Array.from({ length: cashiers }, (_, at) => at % 100 === 0)
  const trials = isOffender.map(() => Math.round(30 * 40 ** random.next()))
  const counts = trials.map((n, at) => {
    const rate = random.beta(mu * size, (1 - mu) * size)
    return random.binomial(n, isOffender[at] ? Math.min(1, rate * 3) : rate)
  })
  const input = { groups: isOffender.map(() => 'all'), counts, trials }
  const verdicts = ratesModel.predict(ratesModel.fit(input), input)
  const alarms = verdicts.flatMap(({ isAlarm }, at) => (isAlarm ? [at] : []))
  const right = (places: number[]) => places.filter((at) => isOffender[at]).length / places.length
  ok(alarms.length > 5 && right(alarms) > 0.8, `${alarms.length} alarms, ${right(alarms)}`)
  const byRate = isOffender
    .map((_, at) => at)
    .sort((a, b) => counts[b]! / trials[b]! - counts[a]! / trials[a]!)
    .slice(0, 100)
  const queue = right(inspectionQueue(verdicts, 100))
  ok(queue > right(byRate), `${queue} against ${right(byRate)}`)
})

test('a group with few peers, or unknown, is judged by the chain', () => {
  const groups = Array.from({ length: 70 }, (_, at) => (at < 60 ? 'till' : 'desk'))
  const counts = groups.map((name) => (name === 'desk' ? 30 : 2))
  const trials = groups.map(() => 100)
  const artifact = ratesModel.fit({ groups, counts, trials })
  deepEqual(Object.keys(artifact.groups), ['till'])
  const input = { groups: ['desk', 'toString'], counts: [30, 30], trials: [100, 100] }
  for (const { peers } of ratesModel.predict(artifact, input))
    deepEqual(peers, { mu: artifact.chain.mu, rho: artifact.chain.rho })
})

test('no verdict under 30 trials; more of the same is never likelier', () => {
  const of = (counts: number[], trials: number[]) =>
    ratesModel.predict(golden, { groups: counts.map(() => 'a'), counts, trials })
  ok(Number.isNaN(of([5], [29])[0]!.chance))
  equal(of([5], [29])[0]!.isAlarm, false)
  deepEqual(inspectionQueue(of([5, 9], [29, 90]), 10), [1])
  const chances = of([0, 1, 2, 5, 20, 200], Array(6).fill(200)).map(({ chance }) => chance)
  deepEqual(
    chances,
    chances.toSorted((a, b) => b - a),
  )
})

test('any counts give finite figures, in whatever order they come', () => {
  const peer = fc.nat(500).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
  fc.assert(
    fc.property(fc.array(peer, { minLength: 1, maxLength: 40 }), (peers) => {
      const input = (rows: [number, number][]) => ({
        groups: rows.map(() => 'a'),
        counts: rows.map(([count]) => count),
        trials: rows.map(([, n]) => n),
      })
      const of = (rows: [number, number][]) =>
        ratesModel.predict(ratesModel.fit(input(rows), { trialsMin: 1, trimRatio: 0 }), input(rows))
      const found = of(peers)
      for (const one of found) {
        ok([one.rate, one.rateLow, one.rateHigh, one.excess].every(Number.isFinite))
        ok(one.trials === 0 || (one.chance >= 0 && one.chance <= 1 && one.q <= 1))
      }
      for (const [at, one] of of(peers.toReversed()).reverse().entries())
        close(one.rate + 1, found[at]!.rate + 1, 1e-4)
    }),
    { numRuns: 40 },
  )
})

test('amounts: the one that stands out does, equal ones do not, and currency is no matter', () => {
  const amounts = [10, 11, 9, 10.5, 9.7, 10.2, 400]
  const scores = amountScores(amounts)
  ok(scores[6]! > strikingScore && scores.slice(0, 6).every((one) => Math.abs(one) < 3))
  amountScores(amounts.map((one) => one * 137)).forEach((one, at) => {
    close(one, scores[at]!, 1e-6)
  })
  deepEqual([...amountScores([5, 5, 5])], [0, 0, 0])
  throws(() => amountScores([1, 0]), malformed('amounts, row 1'))
})

test('a watched cashier: honest ones seldom alarm, one at three times the rate soon does', () => {
  const rate = 0.02
  const limit = limitFor(
    { rate, times: 3 },
    { eventsCount: 20_000, alarmsMax: 1, runs: 20, seed: 3 },
  )
  ok(limit >= 4 && limit <= 8, String(limit))
  const watch = createWatch({ rate, times: 3, limit })
  const random = createRandom('thief')
  let [height, events] = [0, 0]
  while (height < limit) {
    height = watchEvent(watch, height, random.next() < rate * 3)
    events += 1
  }
  ok(events < 1500, String(events))
  equal(watchEvent(watch, 0, false), 0)
  ok(alarmsOf({ rate, times: 3, limit: limit + 3 }, { eventsCount: 20_000, runs: 20, seed: 4 }) < 1)
})

test('bad input is named', () => {
  const input = { groups: ['a'], counts: [3], trials: [2] }
  throws(() => ratesModel.fit(input), malformed('counts, row 0'))
  throws(() => ratesModel.fit({ groups: [], counts: [], trials: [] }), malformed('counts'))
  throws(() => ratesModel.predict(golden, { ...input, groups: [] }), malformed('groups'))
  throws(() => ratesModel.predict(golden, { ...input, counts: [0.5] }), malformed('counts, row 0'))
})

const malformed = (field: string) => (error: unknown) =>
  error instanceof Fault && error.code === 'model_input_malformed' && error.detail.field === field
