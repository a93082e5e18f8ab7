/** Causes that were put in are found again, in any order of rows; nonsense is refused. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { findCandidates } from './candidates.ts'
import { type Cause, causeText, type Incident } from './incident.ts'
import { buildLattice } from './lattice.ts'
import { rootCauseModel } from './model.ts'
import { chancesOf, fitRanking } from './ranking.ts'

const sizes = [6, 4, 3]
const names = ['store', 'tender', 'register']

/** Eight quiet minutes and one in which the terms' failures rise to a rate of 0.3. */
function makeIncident(seed: string, terms: Record<string, number>): Incident {
  const random = createRandom(seed)
  const rows = { isNow: [] as number[], attempts: [] as number[], failures: [] as number[] }
  const codes: number[][] = names.map(() => [])
  for (let minute = 0; minute <= 8; minute += 1)
    for (let leaf = 0; leaf < 72; leaf += 1) {
      const own = [leaf % 6, Math.floor(leaf / 6) % 4, Math.floor(leaf / 24)]
      const isHit = minute === 8 && names.every((name, at) => (terms[name] ?? own[at]) === own[at])
      const attempts = random.poisson(60)
      rows.isNow.push(minute === 8 ? 1 : 0)
      rows.attempts.push(attempts)
      rows.failures.push(random.binomial(attempts, isHit ? 0.3 : 0.02))
      for (const [at, code] of own.entries()) codes[at]!.push(code)
    }
  const dimensions = names.map((name, at) => ({
    name,
    codes: codes[at]!,
    values: Array.from({ length: sizes[at]! }, (_, value) => `${name[0]}${value}`),
  }))
  return { dimensions, ...rows }
}

const causeOf = (terms: Record<string, number>): Cause => ({
  terms: names
    .filter((name) => terms[name] !== undefined)
    .map((dimension) => ({ dimension, value: `${dimension[0]}${terms[dimension]}` })),
})
const known = [
  { store: 2 },
  { tender: 1 },
  { store: 0, tender: 3 },
  { tender: 2, register: 1 },
  { store: 5, tender: 0, register: 2 },
  { register: 0 },
  { store: 4, register: 1 },
]
const artifact = rootCauseModel.fit(
  known.map((terms, at) => makeIncident(`known ${at}`, terms)),
  known.map((terms) => [causeOf(terms)]),
)

for (const terms of [
  { store: 3 },
  { store: 1, tender: 2 },
  { tender: 3 },
  { store: 2, register: 0 },
])
  test(`${causeText(causeOf(terms))} is found, with most of the excess`, () => {
    const { answers, isSure } = rootCauseModel.predict(artifact, makeIncident('new', terms))
    deepEqual(answers[0]!.causes, [causeOf(terms)])
    ok(isSure && answers[0]!.evidence.share > 0.7)
    ok(answers.every(({ chance }, at) => chance <= (answers[at - 1]?.chance ?? 1)))
  })

test('an explanation adds up to the score that ranks, and says the share', () => {
  const { answers } = rootCauseModel.predict(artifact, makeIncident('new', { store: 3 }))
  const scoreOf = (at: number) =>
    rootCauseModel
      .explain(artifact, answers[at]!)
      .factors.reduce((sum, { weight }) => sum + weight, 0)
  close(Math.exp(scoreOf(0) - scoreOf(1)), answers[0]!.chance / answers[1]!.chance, 1e-6)
  const { factors } = rootCauseModel.explain(artifact, answers[0]!)
  ok(factors.some(({ says }) => /^store=s3 holds \d+ % of the excess/.test(says)))
})

test('the order of rows and of dimensions changes nothing', () => {
  const incident = makeIncident('order', { store: 1, tender: 2 })
  const order = createRandom('shuffle').shuffle(Array.from(incident.attempts, (_, at) => at))
  const take = (values: ArrayLike<number>) => order.map((at) => values[at]!)
  const shuffled: Incident = {
    dimensions: incident.dimensions.map((one) => ({ ...one, codes: take(one.codes) })).toReversed(),
    isNow: take(incident.isNow),
    attempts: take(incident.attempts),
    failures: take(incident.failures),
  }
  const best = (one: Incident) => rootCauseModel.predict(artifact, one, 1).answers[0]!
  close(best(shuffled).chance, best(incident).chance, 1e-6)
  deepEqual(
    new Set(best(shuffled).causes[0]!.terms.map(({ value }) => value)),
    new Set(['s1', 't2']),
  )
})

test('the lattice counts every attempt once in each set of dimensions', () => {
  const incident = makeIncident('sums', {})
  const { whole, cells } = buildLattice(incident)
  const bySet = Object.groupBy(cells, ({ dimensions }) => dimensions.join())
  equal(Object.keys(bySet).length, 7)
  for (const group of Object.values(bySet)) {
    equal(
      group!.reduce((sum, { attemptsNow }) => sum + attemptsNow, 0),
      whole.attemptsNow,
    )
    equal(
      group!.reduce((sum, { failuresBefore }) => sum + failuresBefore, 0),
      whole.failuresBefore,
    )
  }
})

test('a conditional logit finds the weights that made the choices', () => {
  const random = createRandom('logit')
  const truth = [1.5, -1, 0]
  const choices = Array.from({ length: 1500 }, () => {
    const candidates = Array.from({ length: 6 }, () =>
      Float64Array.from(truth, () => random.normal()),
    )
    const scores = candidates.map(
      (row) =>
        row.reduce((sum, value, at) => sum + value * truth[at]!, 0) -
        Math.log(-Math.log(1 - random.next())),
    )
    return { candidates, chosen: scores.indexOf(Math.max(...scores)) }
  })
  const ranking = fitRanking(choices, 3, 0.01)
  for (const [at, wanted] of truth.entries())
    ok(Math.abs(ranking.weights[at]! / ranking.scales[at]! - wanted) < 0.15)
  close(
    chancesOf(ranking, choices[0]!.candidates).reduce((sum, one) => sum + one, 0),
    1,
    1e-12,
  )
})

test('any counts give finite evidence and chances', () => {
  const row = fc.record({
    code: fc.nat(2),
    other: fc.nat(1),
    now: fc.nat(1),
    attempts: fc.nat(1000),
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const incident: Incident = {
        dimensions: [
          { name: 'a', codes: rows.map(({ code }) => code), values: ['x', 'y', 'z'] },
          { name: 'b', codes: rows.map(({ other }) => other), values: ['p', 'q'] },
        ],
        isNow: rows.map(({ now }) => now),
        attempts: rows.map(({ attempts }) => attempts),
        failures: rows.map(({ attempts, ratio }) => Math.floor(attempts * ratio)),
      }
      for (const { evidence } of findCandidates(incident)) {
        equal(evidence.features.length, artifact.weights.length)
        ok(evidence.features.every(Number.isFinite))
      }
      const { answers } = rootCauseModel.predict(artifact, incident, 100)
      const total = answers.reduce((sum, { chance }) => sum + chance, 0)
      ok(answers.length === 0 || Math.abs(total - 1) < 1e-9)
    }),
    { numRuns: 100 },
  )
})

test('bad input is named', () => {
  const incident = makeIncident('bad', { store: 3 })
  const refuses = (field: string, change: Partial<Incident>) =>
    throws(
      () => rootCauseModel.predict(artifact, { ...incident, ...change }),
      (error) => error instanceof Fault && error.detail.field === field,
    )
  refuses('dimensions', { dimensions: [] })
  refuses('failures', { failures: [1] })
  refuses('counts, row 0', { failures: Array.from(incident.attempts, () => -1) })
  refuses('store, row 0', {
    dimensions: [{ name: 'store', codes: Array.from(incident.attempts, () => 9), values: ['a'] }],
  })
})
