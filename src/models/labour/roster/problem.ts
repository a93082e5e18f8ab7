/** A roster problem: people, kinds of shift, days, what the law or the contract forbids, and what is wished. */
import { z } from 'zod'
import { Fault } from '../../../base/fault.ts'
import { parse } from '../../../base/parse.ts'

const minutesMax = 1440
const count = z.int().nonnegative().max(1_000_000)

export const RosterShift = z.strictObject({
  id: z.string().min(1).max(60),
  minutes: z.int().positive().max(minutesMax),
  /** Shifts that the same person may not work on the next day. */
  notBefore: z.array(z.string()).max(200),
})

export const RosterPerson = z.strictObject({
  id: z.string().min(1).max(60),
  /** Most shifts of each kind over all days; one that is left out may not be worked. */
  shiftsMax: z.record(z.string(), count),
  minutesMin: count,
  minutesMax: count,
  consecutiveShiftsMin: count,
  consecutiveShiftsMax: z.int().positive().max(31),
  consecutiveDaysOffMin: z.int().positive().max(31),
  weekendsMax: count,
  daysOff: z.array(count).max(400),
})

const wish = z.strictObject({
  person: z.string(),
  day: count,
  shift: z.string(),
  /** Penalty when it is not met. */
  weight: z.number().nonnegative().max(1e6),
})

export const RosterProblem = z.strictObject({
  /** Whole weeks, from a Monday on. */
  daysCount: z.int().positive().max(400).multipleOf(7),
  shifts: z.array(RosterShift).min(1).max(100),
  people: z.array(RosterPerson).min(1).max(500),
  wishesOn: z.array(wish).max(200_000),
  wishesOff: z.array(wish).max(200_000),
  /** At most one a day and shift; without one nobody is needed, and nobody costs anything. */
  cover: z
    .array(
      z.strictObject({
        day: count,
        shift: z.string(),
        people: count,
        weightUnder: z.number().nonnegative().max(1e6),
        weightOver: z.number().nonnegative().max(1e6),
      }),
    )
    .max(40_000),
})
export type RosterProblem = z.infer<typeof RosterProblem>

/** Everything by number: people, days and shifts count from 0; day-shift cells lie at `day * S + shift`. */
export interface CompiledRoster {
  readonly problem: RosterProblem
  readonly peopleCount: number
  readonly daysCount: number
  readonly shiftsCount: number
  readonly minutes: Int32Array
  /** `shift * S + next`: 1 where next may follow on the next day. */
  readonly mayFollow: Uint8Array
  readonly required: Int32Array
  readonly weightUnder: Float64Array
  readonly weightOver: Float64Array
  readonly people: readonly CompiledPerson[]
}

export interface CompiledPerson {
  readonly shiftsMax: Int32Array
  readonly minutesMin: number
  readonly minutesMax: number
  readonly runMin: number
  readonly runMax: number
  readonly offMin: number
  readonly weekendsMax: number
  readonly isDayOff: Uint8Array
  /** Penalty of a cell against being off that day. */
  readonly wishes: Float64Array
  /** Penalty of being off on every day. */
  readonly wishesBase: number
}

/** @throws Fault model_input_malformed */
export function compileRoster(input: RosterProblem): CompiledRoster {
  const problem = parse(RosterProblem, input, 'model_input_malformed')
  const { daysCount, shifts, people, cover } = problem
  const S = shifts.length
  const shiftAt = numbered(shifts, 'shifts')
  const personAt = numbered(people, 'people')
  const mayFollow = new Uint8Array(S * S).fill(1)
  for (const [at, shift] of shifts.entries())
    for (const next of shift.notBefore) mayFollow[at * S + shiftAt(next)] = 0
  const required = new Int32Array(daysCount * S)
  const weightUnder = new Float64Array(daysCount * S)
  const weightOver = new Float64Array(daysCount * S)
  for (const { day, shift, people: wanted, ...weights } of cover) {
    const cell = dayIn(day, daysCount) * S + shiftAt(shift)
    required[cell] = wanted
    weightUnder[cell] = weights.weightUnder
    weightOver[cell] = weights.weightOver
  }
  const compiled = people.map((person): CompiledPerson & { wishesBase: number } => ({
    shiftsMax: Int32Array.from(shifts, ({ id }) => person.shiftsMax[id] ?? 0),
    minutesMin: person.minutesMin,
    minutesMax: person.minutesMax,
    runMin: person.consecutiveShiftsMin,
    runMax: person.consecutiveShiftsMax,
    offMin: person.consecutiveDaysOffMin,
    weekendsMax: person.weekendsMax,
    isDayOff: flags(person.daysOff, daysCount),
    wishes: new Float64Array(daysCount * S),
    wishesBase: 0,
  }))
  for (const { person, day, shift, weight } of problem.wishesOn) {
    const one = compiled[personAt(person)]!
    one.wishes[dayIn(day, daysCount) * S + shiftAt(shift)]! -= weight
    ;(one as { wishesBase: number }).wishesBase += weight
  }
  for (const { person, day, shift, weight } of problem.wishesOff)
    compiled[personAt(person)]!.wishes[dayIn(day, daysCount) * S + shiftAt(shift)]! += weight
  return {
    problem,
    peopleCount: people.length,
    daysCount,
    shiftsCount: S,
    minutes: Int32Array.from(shifts, ({ minutes }) => minutes),
    mayFollow,
    required,
    weightUnder,
    weightOver,
    people: compiled,
  }
}

function numbered(items: readonly { id: string }[], field: string): (id: string) => number {
  const places = new Map(items.map(({ id }, at) => [id, at]))
  if (places.size !== items.length)
    throw new Fault('model_input_malformed', { field, expected: 'ids that differ' })
  return (id) => {
    const at = places.get(id)
    if (at === undefined)
      throw new Fault('model_input_malformed', { field, expected: `one with the id ${id}` })
    return at
  }
}

function dayIn(day: number, daysCount: number): number {
  if (day < daysCount) return day
  throw new Fault('model_input_malformed', { field: 'day', expected: `below ${daysCount}` })
}

function flags(days: readonly number[], daysCount: number): Uint8Array {
  const found = new Uint8Array(daysCount)
  for (const day of days) found[dayIn(day, daysCount)] = 1
  return found
}
