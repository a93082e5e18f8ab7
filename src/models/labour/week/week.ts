/** A store's week: what is needed when, who can come, which rules hold, and a plan for it. */
import { z } from 'zod'
import { Fault } from '../../../base/fault.ts'
import { parse } from '../../../base/parse.ts'

const minute = z.int().min(0).max(2880)
const day = z.int().min(0).max(6)
const id = z.string().min(1).max(60)

/** A shift past midnight ends after minute 1440 of its own day. */
export const ShiftTemplate = z.strictObject({ id, startMinute: minute, endMinute: minute })

export const WeekPerson = z.strictObject({
  id,
  roles: z.array(id).min(1).max(20),
  /** Whole shifts inside one of these may be given. */
  availability: z.array(z.strictObject({ day, fromMinute: minute, toMinute: minute })).max(50),
  minutesMin: z.int().min(0).max(10_080),
  minutesMax: z.int().min(0).max(10_080),
  daysMax: z.int().min(0).max(7),
  /** Minutes past which an hour costs half as much again. */
  overtimeAfterMinutes: z.int().min(0).max(10_080).default(2400),
  costMinorAnHour: z.int().positive().max(1_000_000),
  /** End of the last shift before the week, in minutes of its first day: negative. */
  lastEndMinute: z.int().min(-10_080).max(720).optional(),
  worksWeekend: z.boolean().default(true),
})

export const WeekProblem = z.strictObject({
  slotMinutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
  templates: z.array(ShiftTemplate).min(1).max(60),
  people: z.array(WeekPerson).min(1).max(80),
  needs: z
    .array(z.strictObject({ role: id, day, fromMinute: minute, people: z.int().min(0).max(80) }))
    .max(8000),
  rules: z.strictObject({
    restMinutes: z.int().min(0).max(1440).default(660),
    /** Cost of a slot that lacks a person, in minor units. */
    lackMinor: z.int().positive().max(10_000_000).default(20_000),
    /** Cost of each shift added or taken away against `published`: what the law asks for late change. */
    changeMinor: z.int().min(0).max(1_000_000).default(0),
    /** Cost of hours below a person's minimum, for an hour. */
    shortMinorAnHour: z.int().min(0).max(1_000_000).default(5000),
  }),
  /** A plan that people already know: changes to it cost `changeMinor`. */
  published: z
    .array(z.strictObject({ person: id, day, template: id, role: id }))
    .max(600)
    .optional(),
})
export type WeekProblem = z.output<typeof WeekProblem>
export type WeekInput = z.input<typeof WeekProblem>

export interface PlannedShift {
  readonly person: string
  readonly day: number
  readonly template: string
  readonly role: string
}

/** A shift that a person could work, by number. */
export interface Choice extends PlannedShift {
  readonly personAt: number
  readonly startMinute: number
  readonly endMinute: number
  readonly minutes: number
}

/** @throws Fault model_input_malformed */
export function readWeek(input: WeekInput): WeekProblem {
  const week = parse(WeekProblem, input, 'model_input_malformed')
  for (const [at, { startMinute, endMinute }] of week.templates.entries())
    if (endMinute <= startMinute || endMinute - startMinute > 960)
      throw new Fault('model_input_malformed', {
        field: `templates.${at}.endMinute`,
        expected: 'after its start, 16 hours at most',
      })
  for (const [field, list] of [
    ['people', week.people],
    ['templates', week.templates],
  ] as const)
    if (new Set(list.map((one) => one.id)).size !== list.length)
      throw new Fault('model_input_malformed', { field, expected: 'ids that differ' })
  return week
}

/** Every shift that availability, roles and weekends allow. */
export function choicesOf(week: WeekProblem): Choice[] {
  const wanted = new Set(week.needs.filter(({ people }) => people > 0).map(({ role }) => role))
  const choices: Choice[] = []
  for (const [personAt, person] of week.people.entries())
    for (let one = 0; one < 7; one += 1) {
      if (one >= 5 && !person.worksWeekend) continue
      for (const { id: template, startMinute, endMinute } of week.templates) {
        const isAvailable = person.availability.some(
          (span) =>
            span.day === one && span.fromMinute <= startMinute && span.toMinute >= endMinute,
        )
        if (!isAvailable) continue
        for (const role of person.roles)
          if (wanted.has(role))
            choices.push({
              person: person.id,
              personAt,
              day: one,
              template,
              role,
              startMinute: one * 1440 + startMinute,
              endMinute: one * 1440 + endMinute,
              minutes: endMinute - startMinute,
            })
      }
    }
  return choices
}
