/** Plans a store's week, mends one that is known, and says what must give way where none is possible. */
import type { Highs } from 'highs'
import { Fault } from '../../../base/fault.ts'
import type { Explanation } from '../../model.ts'
import { type SolveLimits, solveProgram } from '../../solver/highs.ts'
import { addColumn } from '../../solver/program.ts'
import { keyOf, programOf } from './program.ts'
import { type PlannedShift, readWeek, type WeekInput, type WeekProblem } from './week.ts'

export interface WeekPlan {
  readonly shifts: readonly PlannedShift[]
  /** Wages, overtime and changes. */
  readonly costMinor: number
  /** Person-slots that lack somebody. */
  readonly lackingSlots: number
  /** Shifts added to and taken from what was published. */
  readonly changedShifts: number
  /** How much cheaper a plan could be at most, as a share of the objective; 0 is proven best. */
  readonly gapRatio: number
}

/** Always a plan: what cannot be covered is counted, not refused. */
export function planWeek(highs: Highs, input: WeekInput, limits: SolveLimits = {}): WeekPlan {
  const week = readWeek(input)
  const program = programOf(week, false)
  const solution = solveProgram(highs, program, limits)
  const isFound = solution.outcome === 'found'
  const shifts = isFound
    ? program.choices.filter((_, at) => solution.values[at]! > 0.5).map(shiftOf)
    : []
  const known = new Set((week.published ?? []).map(keyOf))
  const kept = shifts.filter((one) => known.has(keyOf(one))).length
  const changedShifts = week.published === undefined ? 0 : shifts.length + known.size - 2 * kept
  const lackingSlots = lackingOf(week, shifts)
  return {
    shifts,
    costMinor: Math.round(wagesOf(week, shifts) + changedShifts * week.rules.changeMinor),
    lackingSlots,
    changedShifts,
    gapRatio: isFound ? solution.gapRatio : 1,
  }
}

/**
 * The fewest rules that must give way before every need is met: empty where none has to.
 * @throws Fault cancelled where the limit ends it before one is known
 */
export function smallestRelaxation(
  highs: Highs,
  input: WeekInput,
  limits: SolveLimits = {},
): string[] {
  const program = programOf(readWeek(input), true)
  program.costs.fill(0)
  const relaxed: { says: string; at: number }[] = []
  for (const row of program.rows) {
    if (row.says === undefined) continue
    const at = addColumn(program, 1, { high: 1, isInteger: true })
    const reach = row.values.reduce((sum, value) => sum + Math.abs(value), 0)
    // One switch for a rule lets it go wholly: how far it gives way is for people to say.
    row.columns.push(at)
    row.values.push(Number.isFinite(row.high) ? -reach : row.low)
    relaxed.push({ says: row.says, at })
  }
  for (const row of program.rows)
    if (Number.isFinite(row.high) && row.says !== undefined) Object.assign(row, { low: -1e6 })
  const solution = solveProgram(highs, program, limits)
  if (solution.outcome !== 'found') throw new Fault('cancelled')
  return relaxed.filter(({ at }) => solution.values[at]! > 0.5).map(({ says }) => says)
}

/** What one person's week costs, shift by shift, in minor units. */
export function explainPerson(input: WeekInput, plan: WeekPlan, person: string): Explanation {
  const week = readWeek(input)
  const rate = week.people.find(({ id }) => id === person)?.costMinorAnHour
  if (rate === undefined)
    throw new Fault('model_input_malformed', { field: 'person', expected: 'one of the week' })
  const factors = plan.shifts
    .filter((one) => one.person === person)
    .map(({ day, template, role }) => {
      const { startMinute, endMinute } = week.templates.find(({ id }) => id === template)!
      const weight = Math.round(((endMinute - startMinute) / 60) * rate)
      return {
        factor: `day ${day + 1}`,
        weight,
        says: `${template} as ${role} on day ${day + 1}: ${(endMinute - startMinute) / 60} hours.`,
      }
    })
  return { base: 0, factors: factors.toSorted((left, right) => right.weight - left.weight) }
}

const shiftOf = ({ person, day, template, role }: PlannedShift): PlannedShift => ({
  person,
  day,
  template,
  role,
})

/** Counted from the shifts themselves, not from the programme. */
export function lackingOf(week: WeekProblem, shifts: readonly PlannedShift[]): number {
  const templates = new Map(week.templates.map((one) => [one.id, one]))
  let lacking = 0
  for (const { role, day, fromMinute, people } of week.needs) {
    const there = shifts.filter((one) => {
      const { startMinute, endMinute } = templates.get(one.template)!
      const from = (day - one.day) * 1440 + fromMinute
      return one.role === role && startMinute <= from && endMinute >= from + week.slotMinutes
    })
    lacking += Math.max(0, people - there.length)
  }
  return lacking
}

function wagesOf(week: WeekProblem, shifts: readonly PlannedShift[]): number {
  const templates = new Map(week.templates.map((one) => [one.id, one]))
  let wages = 0
  for (const { id, costMinorAnHour, overtimeAfterMinutes } of week.people) {
    const minutes = shifts
      .filter(({ person }) => person === id)
      .reduce((sum, { template }) => {
        const { startMinute, endMinute } = templates.get(template)!
        return sum + endMinute - startMinute
      }, 0)
    const overtime = Math.max(0, minutes - overtimeAfterMinutes)
    wages += ((minutes + overtime / 2) / 60) * costMinorAnHour
  }
  return wages
}
