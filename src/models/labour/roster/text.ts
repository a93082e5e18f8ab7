/** The text format of the public shift-scheduling instances (Curtois and Qu 2014). */
import { Fault } from '../../../base/fault.ts'
import { parse } from '../../../base/parse.ts'
import { RosterProblem } from './problem.ts'

/** @throws Fault model_input_malformed, with the section that does not fit */
export function readRosterText(text: string): RosterProblem {
  const sections = sectionsOf(text)
  const rows = (name: string): string[][] =>
    (sections.get(name) ?? []).map((line) => line.split(',').map((field) => field.trim()))
  const daysOff = new Map<string, number[]>()
  for (const [person = '', ...days] of rows('DAYS_OFF'))
    daysOff.set(person, [...(daysOff.get(person) ?? []), ...days.map(Number)])
  const wishes = (name: string) =>
    rows(name).map(([person, day, shift, weight]) => ({
      person,
      day: Number(day),
      shift,
      weight: Number(weight),
    }))
  const problem = {
    daysCount: Number(rows('HORIZON')[0]?.[0]),
    shifts: rows('SHIFTS').map(([id, minutes, notBefore = '']) => ({
      id,
      minutes: Number(minutes),
      notBefore: notBefore === '' ? [] : notBefore.split('|'),
    })),
    people: rows('STAFF').map(([id = '', shiftsMax = '', ...numbers]) => {
      const [most, least, runMax, runMin, offMin, weekends] = numbers.map(Number)
      return {
        id,
        shiftsMax: Object.fromEntries(
          shiftsMax.split('|').map((one) => {
            const [shift = '', count] = one.split('=')
            return [shift, Number(count)]
          }),
        ),
        minutesMin: least,
        minutesMax: most,
        consecutiveShiftsMin: runMin,
        consecutiveShiftsMax: runMax,
        consecutiveDaysOffMin: offMin,
        weekendsMax: weekends,
        daysOff: daysOff.get(id) ?? [],
      }
    }),
    wishesOn: wishes('SHIFT_ON_REQUESTS'),
    wishesOff: wishes('SHIFT_OFF_REQUESTS'),
    cover: rows('COVER').map(([day, shift, people, under, over]) => ({
      day: Number(day),
      shift,
      people: Number(people),
      weightUnder: Number(under),
      weightOver: Number(over),
    })),
  }
  return parse(RosterProblem, problem, 'model_input_malformed')
}

function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let lines: string[] | undefined
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('SECTION_')) {
      lines = []
      sections.set(line.slice(8), lines)
    } else if (lines === undefined)
      throw new Fault('model_input_malformed', { field: 'text', expected: 'a section first' })
    else lines.push(line)
  }
  return sections
}
