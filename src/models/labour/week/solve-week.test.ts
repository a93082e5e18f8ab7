/** Store weeks: covered, lawful, mended with few changes, and honest where they cannot be covered. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../../base/fault.ts'
import { createRandom } from '../../math/random.ts'
import { loadSolver } from '../../solver/highs.ts'
import { explainPerson, planWeek, smallestRelaxation } from './solve-week.ts'
import { readWeek, type WeekInput } from './week.ts'

const highs = await loadSolver()
const everyDay = Array.from({ length: 7 }, (_, day) => ({ day, fromMinute: 0, toMinute: 1440 }))
const person = (id: string, more: object = {}) => ({
  id,
  roles: ['till'],
  availability: everyDay,
  minutesMin: 0,
  minutesMax: 2400,
  daysMax: 5,
  costMinorAnHour: 1800,
  ...more,
})
const early = { id: 'early', startMinute: 360, endMinute: 840 }
const late = { id: 'late', startMinute: 840, endMinute: 1320 }
const need = (day: number, fromMinute: number, people = 1, role = 'till') => ({
  role,
  day,
  fromMinute,
  people,
})
const small: WeekInput = {
  slotMinutes: 60,
  templates: [early, late],
  people: [person('a'), person('b')],
  needs: [need(0, 900), need(1, 420)],
  rules: {},
}

test('rest between a late and an early shift is kept', () => {
  const { shifts, lackingSlots } = planWeek(highs, small)
  equal(lackingSlots, 0)
  deepEqual(new Set(shifts.map((one) => one.person)), new Set(['a', 'b']))
})

test('one person cannot do both, and the plan says what it lacks', () => {
  const alone = { ...small, people: [person('a')] }
  equal(planWeek(highs, alone).lackingSlots, 1)
  const relaxed = smallestRelaxation(highs, alone)
  equal(relaxed.length, 1)
  ok(/rest for a|till on day/.test(relaxed[0] ?? ''))
})

test('nothing has to give way where all can be met', () =>
  deepEqual(smallestRelaxation(highs, small), []))

test('a key holder that nobody is, is the one rule that gives way', () => {
  const input = { ...small, needs: [...small.needs, need(2, 420, 1, 'keys')] }
  deepEqual(smallestRelaxation(highs, input), ['1 keys on day 3 at 07:00'])
})

test('a sick person is replaced and hardly anybody else is moved', () => {
  const input: WeekInput = {
    ...small,
    people: ['a', 'b', 'c', 'd'].map((id) => person(id)),
    rules: { lackMinor: 1_000_000 },
    needs: [0, 1, 2, 3].flatMap((day) => [need(day, 420), need(day, 900)]),
  }
  const published = [...planWeek(highs, input).shifts]
  const sick = published.find(({ day }) => day === 2)!
  const people = input.people.map((one) =>
    one.id === sick.person
      ? { ...one, availability: everyDay.filter(({ day }) => day !== sick.day) }
      : one,
  )
  const mended = planWeek(highs, {
    ...input,
    people,
    published,
    rules: { lackMinor: 1_000_000, changeMinor: 4000 },
  })
  equal(mended.lackingSlots, 0)
  ok(mended.changedShifts >= 2 && mended.changedShifts <= 4, String(mended.changedShifts))
})

test('a last shift before the week counts for rest', () => {
  const people = [person('a', { lastEndMinute: -60 })]
  equal(planWeek(highs, { ...small, people, needs: [need(0, 420)] }).lackingSlots, 1)
})

/** 25 people, six templates, three roles, hours from 7 to 22. */
function store(seed: number): WeekInput {
  const random = createRandom(seed)
  const templates = [420, 480, 600, 720, 780, 840].map((startMinute, at) => ({
    id: `t${at}`,
    startMinute,
    endMinute: Math.min(1320, startMinute + (at % 2 === 0 ? 480 : 360)),
  }))
  const people = Array.from({ length: 25 }, (_, at) =>
    person(`p${at}`, {
      roles: at % 5 === 0 ? ['till', 'keys'] : at % 3 === 0 ? ['till', 'floor'] : ['till'],
      availability: everyDay.filter(() => random.next() < 0.85),
      minutesMin: at % 2 === 0 ? 1200 : 0,
      costMinorAnHour: 1500 + 50 * random.below(10),
    }),
  )
  const needs = everyDay.flatMap(({ day }) =>
    Array.from({ length: 15 }, (_, hour) => 420 + 60 * hour).flatMap((from) => [
      need(day, from, 3 + random.below(3)),
      need(day, from, 1, 'keys'),
      need(day, from, from >= 600 && from < 1200 ? 1 : 0, 'floor'),
    ]),
  )
  return { slotMinutes: 60, templates, people, needs, rules: {} }
}

test('25 people: rest, days and hours hold in what comes out', () => {
  const input = store(5)
  const week = readWeek(input)
  const { shifts, costMinor } = planWeek(highs, input, { secondsMax: 4, gapRatio: 0.05 })
  ok(shifts.length > 60 && costMinor > 0)
  for (const one of week.people) {
    const own = shifts
      .filter((shift) => shift.person === one.id)
      .map((shift) => ({ ...shift, ...week.templates.find(({ id }) => id === shift.template)! }))
      .toSorted((left, right) => left.day - right.day)
    ok(own.length <= one.daysMax)
    equal(new Set(own.map(({ day }) => day)).size, own.length)
    ok(own.reduce((sum, shift) => sum + shift.endMinute - shift.startMinute, 0) <= one.minutesMax)
    for (const [at, shift] of own.entries()) {
      ok(one.roles.includes(shift.role))
      const before = own[at - 1]
      if (before === undefined) continue
      const rest = (shift.day - before.day) * 1440 + shift.startMinute - before.endMinute
      ok(rest >= week.rules.restMinutes)
    }
  }
  const sum = week.people.reduce(
    (total, { id }) =>
      total +
      explainPerson(input, { shifts } as never, id).factors.reduce((t, f) => t + f.weight, 0),
    0,
  )
  ok(Math.abs(sum - costMinor) / costMinor < 0.05)
})

test('what is no week is refused by its field', () => {
  const templates = [{ ...early, endMinute: 100 }]
  throws(
    () => readWeek({ ...small, templates }),
    (error) => error instanceof Fault && error.detail.field === 'templates.0.endMinute',
  )
})
