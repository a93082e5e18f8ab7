/** Rosters: the judge by hand, the cheapest way against every way, and searches that stay lawful. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../../base/fault.ts'
import { createRandom } from '../../math/random.ts'
import { loadSolver } from '../../solver/highs.ts'
import { createPathSearch } from './best-path.ts'
import { breachesOf, penaltyOf } from './check.ts'
import { drawn } from './drawn.ts'
import { solveInThreads } from './in-threads.ts'
import { compileRoster } from './problem.ts'
import { solveRoster } from './solve.ts'
import { createState } from './state.ts'
import { readRosterText } from './text.ts'

const text = `# made for this test
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
L,600,E

SECTION_STAFF
A,E=7|L=2,2400,960,5,2,2,1
B,E=7|L=0,2400,960,3,1,1,0

SECTION_DAYS_OFF
A,2

SECTION_SHIFT_ON_REQUESTS
A,0,L,2

SECTION_SHIFT_OFF_REQUESTS
B,1,E,3

SECTION_COVER
0,E,1,100,1
0,L,1,100,1
1,E,2,100,1
`
const compiled = compileRoster(readRosterText(text))
const roster = (...days: string[]) =>
  Int16Array.from(days.flatMap((line) => [...line].map((one) => 'EL'.indexOf(one))))

test('penalty by hand', () => {
  // L wished and had; one E lacks on day 0, one on day 1; B works against his wish.
  equal(penaltyOf(compiled, roster('L------', '-E-----')), 100 + 100 + 3)
  // Nothing wished, nothing covered.
  equal(penaltyOf(compiled, roster('-------', '-------')), 2 + 400)
  equal(penaltyOf(compiled, roster('L------', 'EE-----')), 100 + 3)
  // One too many costs 1; where nothing was asked, nothing.
  equal(penaltyOf(compiled, roster('E------', 'E------')), 2 + 1 + 100 + 200)
})

const cases = [
  { why: 'all kept', days: ['E---EE-', 'EE-----'], wants: [] },
  { why: 'a day off', days: ['--EE---', 'EE-----'], wants: ['day_off'] },
  { why: 'early after late', days: ['LE-----', 'EE-----'], wants: ['sequence'] },
  { why: 'a run too long', days: ['EE-----', 'EEEE---'], wants: ['run_max'] },
  { why: 'a run too short inside', days: ['E---E--', 'EE-----'], wants: ['run_min'] },
  { why: 'days off too few', days: ['EE-EE--', 'EE-----'], wants: ['off_min'] },
  { why: 'a shift not allowed', days: ['EE-----', 'EL-----'], wants: ['shift_not_allowed'] },
  { why: 'a weekend', days: ['EE-----', 'E----E-'], wants: ['weekends'] },
  { why: 'too few minutes', days: ['EE-----', 'E------'], wants: ['minutes_min'] },
  { why: 'too many minutes', days: ['EE-EEEE', 'EE-----'], wants: ['minutes_max', 'off_min'] },
]
for (const { why, days, wants } of cases)
  test(why, () =>
    deepEqual(
      breachesOf(compiled, roster(...days)).map(({ rule }) => rule),
      wants,
    ),
  )

test('the cheapest week of one person is the cheapest of all that are legal', () => {
  for (let seed = 0; seed < 12; seed += 1) {
    const problem = drawn(seed, 1, 1)
    // How often a shift may come is kept by a rule of thumb, so it is left wide here.
    for (const one of problem.people)
      for (const id of Object.keys(one.shiftsMax)) one.shiftsMax[id] = 7
    const one = compileRoster(problem)
    const { prices } = createState(one, new Int16Array(7).fill(-1))
    let best = Number.POSITIVE_INFINITY
    const ways = (one.shiftsCount + 1) ** 7
    const days = new Int16Array(7)
    for (let way = 0; way < ways; way += 1) {
      let rest = way
      let cost = 0
      for (let day = 0; day < 7; day += 1) {
        days[day] = (rest % (one.shiftsCount + 1)) - 1
        rest = Math.floor(rest / (one.shiftsCount + 1))
        const cell = day * one.shiftsCount + days[day]!
        if (days[day]! >= 0) cost += prices[cell]! + one.people[0]!.wishes[cell]!
      }
      if (cost < best && breachesOf(one, days).length === 0) best = cost
    }
    const found = new Int16Array(7).fill(-1)
    equal(createPathSearch(one).best(0, found, 0, 7, prices), best, `seed ${seed}`)
    if (best < Number.POSITIVE_INFINITY) deepEqual(breachesOf(one, found), [])
  }
})

test('a window is planned anew without a breach at its edges', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(3), fc.nat(3), (seed, first, second) => {
      const one = compileRoster(drawn(seed, 1, 4))
      const [from, to] = [7 * Math.min(first, second), 7 * (Math.max(first, second) + 1)]
      const random = createRandom(seed)
      const prices = Float64Array.from({ length: 28 * one.shiftsCount }, () => random.normal() * 10)
      const days = new Int16Array(28).fill(-1)
      const search = createPathSearch(one)
      if (search.best(0, days, 0, 28, prices) === Number.POSITIVE_INFINITY) return
      deepEqual(breachesOf(one, days), [])
      const outside = [...days.slice(0, from), ...days.slice(to)]
      const other = prices.map(() => random.normal() * 10)
      const before = [...days]
      // How often a shift may come is kept by a rule of thumb that can miss a way that is there.
      if (search.best(0, days, from, to, other) === Number.POSITIVE_INFINITY)
        deepEqual([...days], before)
      deepEqual(breachesOf(one, days), [])
      deepEqual([...days.slice(0, from), ...days.slice(to)], outside)
    }),
    { numRuns: 60 },
  )
})

test('a search ends in time, lawful, and better than it began', async () => {
  const one = compileRoster(drawn(4, 8, 4))
  const penalties: number[] = []
  // A clock that goes by how often it is looked at: the same on a busy machine.
  let nowMs = 0
  const { roster: found, penalty } = solveRoster(await loadSolver(), one, {
    seed: 1,
    limitMs: 300,
    clockMs: () => {
      nowMs += 1
      return nowMs
    },
    onBetter: (better) => penalties.push(better),
  })
  deepEqual(breachesOf(one, found), [])
  equal(penaltyOf(one, found), penalty)
  deepEqual(
    penalties,
    penalties.toSorted((left, right) => right - left),
  )
  ok(penalties.length > 1)
})

test('threads bring the best of their seeds', async () => {
  const problem = drawn(9, 5, 2)
  const { roster: found, penalty } = await solveInThreads(problem, [1, 2], 400)
  const one = compileRoster(problem)
  equal(penaltyOf(one, found), penalty)
  deepEqual(breachesOf(one, found), [])
})

test('a person whose rules cannot all be kept is named', async () => {
  const problem = drawn(4, 2, 1)
  problem.people[1]!.minutesMin = 10_000
  problem.people[1]!.minutesMax = 10_000
  const highs = await loadSolver()
  const options = { seed: 1, limitMs: 100, clockMs: () => 0 }
  throws(
    () => solveRoster(highs, compileRoster(problem), options),
    (error) => error instanceof Fault && error.detail.field === 'people.1',
  )
})
