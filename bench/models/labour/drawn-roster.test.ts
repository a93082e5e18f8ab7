/** Copies cost what the first costs; what is drawn is like what it was drawn from, and the same by seed. */
import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import test from 'node:test'
import { penaltyOf } from '../../../src/models/labour/roster/check.ts'
import { drawn } from '../../../src/models/labour/roster/drawn.ts'
import { compileRoster } from '../../../src/models/labour/roster/problem.ts'
import { drawnLike, renamed } from './drawn-roster.ts'

const problem = drawn(4, 8, 4)

test('a copy has other names and another order, and costs the same where nobody works', () => {
  const copy = renamed(problem, 1)
  const nobody = new Int16Array(8 * 28).fill(-1)
  equal(penaltyOf(compileRoster(copy), nobody), penaltyOf(compileRoster(problem), nobody))
  const totals = (one: typeof problem) =>
    one.people.map(({ minutesMin, daysOff }) => `${minutesMin} ${daysOff}`).sort()
  deepEqual(totals(copy), totals(problem))
  notDeepEqual(
    copy.people.map(({ daysOff }) => daysOff),
    problem.people.map(({ daysOff }) => daysOff),
  )
  const ids = new Set([...problem.people, ...problem.shifts].map(({ id }) => id))
  equal([...copy.people, ...copy.shifts].filter(({ id }) => ids.has(id)).length, 0)
})

test('one that is drawn is a problem of the same size, by seed', () => {
  const one = drawnLike(problem, 1)
  compileRoster(one)
  deepEqual(drawnLike(problem, 1), one)
  notDeepEqual(drawnLike(problem, 2), one)
  equal(one.people.length, problem.people.length)
  equal(one.cover.length, problem.cover.length)
  equal(one.wishesOn.length, problem.wishesOn.length)
  const isTaken = one.wishesOff.filter(({ person, day }) =>
    one.people.find(({ id }) => id === person)!.daysOff.includes(day),
  )
  deepEqual(isTaken, [])
})
