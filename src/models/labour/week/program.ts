/** The week as an integer programme: one row for each rule, each with words for when it must give way. */
import { addColumn, createProgram, type Program, type Row } from '../../solver/program.ts'
import { type Choice, choicesOf, type WeekProblem } from './week.ts'

interface Rule extends Row {
  /** What it stands for; rows without words hold by definition and never give way. */
  readonly says?: string
}

export interface WeekProgram extends Program<Rule> {
  /** One for each of the first columns. */
  readonly choices: readonly Choice[]
}

const none = Number.POSITIVE_INFINITY

/** @param isStrict needs and minimum hours are rows that must hold, instead of costs */
export function programOf(week: WeekProblem, isStrict: boolean): WeekProgram {
  const choices = choicesOf(week)
  const program: WeekProgram = { choices, ...createProgram<Rule>() }
  const known = new Set((week.published ?? []).map(keyOf))
  for (const choice of choices) {
    const { costMinorAnHour } = week.people[choice.personAt]!
    // A change costs for what is added; what is taken away costs by being missed here.
    const change = week.published === undefined ? 0 : week.rules.changeMinor
    const wage = (choice.minutes / 60) * costMinorAnHour
    const cost = wage + (known.has(keyOf(choice)) ? -change : change)
    addColumn(program, cost, { high: 1, isInteger: true })
  }
  addNeeds(program, week, isStrict)
  for (const [personAt, person] of week.people.entries())
    addPerson(program, week, personAt, person, isStrict)
  return program
}

export const keyOf = (one: { person: string; day: number; template: string; role: string }) =>
  `${one.person}\n${one.day}\n${one.template}\n${one.role}`

function addNeeds(program: WeekProgram, week: WeekProblem, isStrict: boolean): void {
  for (const { role, day, fromMinute, people } of week.needs) {
    if (people === 0) continue
    const from = day * 1440 + fromMinute
    const columns = program.choices.flatMap((one, at) =>
      one.role === role &&
      one.startMinute < from + week.slotMinutes &&
      one.endMinute > from &&
      one.startMinute <= from &&
      one.endMinute >= from + week.slotMinutes
        ? [at]
        : [],
    )
    const values = columns.map(() => 1)
    if (!isStrict) {
      columns.push(addColumn(program, week.rules.lackMinor, { high: people, isInteger: false }))
      values.push(1)
    }
    const says = `${people} ${role} on day ${day + 1} at ${clock(fromMinute)}`
    program.rows.push({ columns, values, low: people, high: none, says })
  }
}

function addPerson(
  program: WeekProgram,
  week: WeekProblem,
  personAt: number,
  person: WeekProblem['people'][number],
  isStrict: boolean,
): void {
  const own = [...program.choices.keys()].filter((at) => program.choices[at]!.personAt === personAt)
  if (own.length === 0) return
  const { choices, rows } = program
  for (let day = 0; day < 7; day += 1) {
    const columns = own.filter((at) => choices[at]!.day === day)
    if (columns.length > 1) rows.push({ columns, values: columns.map(() => 1), low: 0, high: 1 })
  }
  const minutes = own.map((at) => choices[at]!.minutes)
  rows.push({
    columns: [...own],
    values: own.map(() => 1),
    low: 0,
    high: person.daysMax,
    says: `at most ${person.daysMax} days for ${person.id}`,
  })
  rows.push({
    columns: [...own],
    values: [...minutes],
    low: 0,
    high: person.minutesMax,
    says: `at most ${hours(person.minutesMax)} hours for ${person.id}`,
  })
  const half = (person.costMinorAnHour / 60) * 0.5
  const overtime = addColumn(program, half, { high: none, isInteger: false })
  rows.push({
    columns: [...own, overtime],
    values: [...minutes, -1],
    low: -none,
    high: person.overtimeAfterMinutes,
  })
  if (person.minutesMin > 0) {
    const columns = [...own]
    const values = [...minutes]
    if (!isStrict) {
      const cost = week.rules.shortMinorAnHour / 60
      columns.push(addColumn(program, cost, { high: none, isInteger: false }))
      values.push(1)
    }
    const says = `at least ${hours(person.minutesMin)} hours for ${person.id}`
    rows.push({ columns, values, low: person.minutesMin, high: none, says })
  }
  addRest(program, week, person, own)
}

/** For each end: late shifts of a day and early ones of the next exclude each other. */
function addRest(
  { choices, rows, uppers }: WeekProgram,
  week: WeekProblem,
  { id, lastEndMinute }: WeekProblem['people'][number],
  own: readonly number[],
): void {
  const { restMinutes } = week.rules
  if (lastEndMinute !== undefined)
    for (const at of own) if (choices[at]!.startMinute < lastEndMinute + restMinutes) uppers[at] = 0
  for (let day = 0; day < 6; day += 1) {
    const today = own.filter((at) => choices[at]!.day === day)
    const tomorrow = own.filter((at) => choices[at]!.day === day + 1)
    const seen = new Set<string>()
    for (const end of new Set(today.map((at) => choices[at]!.endMinute))) {
      const late = today.filter((at) => choices[at]!.endMinute >= end)
      const early = tomorrow.filter((at) => choices[at]!.startMinute < end + restMinutes)
      const key = early.join()
      if (early.length === 0 || seen.has(`${late.join()}/${key}`)) continue
      seen.add(`${late.join()}/${key}`)
      const columns = [...late, ...early]
      const says = `${hours(restMinutes)} hours of rest for ${id} after day ${day + 1}`
      rows.push({ columns, values: columns.map(() => 1), low: 0, high: 1, says })
    }
  }
}

const hours = (minutes: number): string => String(Math.round((minutes / 60) * 100) / 100)
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
