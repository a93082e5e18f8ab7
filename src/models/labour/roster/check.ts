/** What a roster costs and which of its rules it breaks: written apart from the search, to judge it. */
import type { CompiledPerson, CompiledRoster } from './problem.ts'

/** `person * days + day`: a shift, or -1 for a day off. */
export type Roster = Int16Array

export interface Breach {
  readonly person: number
  readonly rule:
    | 'day_off'
    | 'shift_not_allowed'
    | 'sequence'
    | 'minutes_min'
    | 'minutes_max'
    | 'run_min'
    | 'run_max'
    | 'off_min'
    | 'weekends'
  /** From 0; of a rule over all days, -1. */
  readonly day: number
}

/** Penalty of the wishes not met and of every day and shift with too few or too many people. */
export function penaltyOf(compiled: CompiledRoster, roster: Roster): number {
  const { daysCount, shiftsCount: S, required, weightUnder, weightOver, people } = compiled
  const counts = new Int32Array(daysCount * S)
  let penalty = 0
  for (const [person, { wishes, wishesBase }] of people.entries()) {
    penalty += wishesBase
    for (let day = 0; day < daysCount; day += 1) {
      const shift = roster[person * daysCount + day]!
      if (shift < 0) continue
      counts[day * S + shift]! += 1
      penalty += wishes[day * S + shift]!
    }
  }
  for (const [cell, count] of counts.entries()) {
    const short = required[cell]! - count
    penalty += short > 0 ? short * weightUnder[cell]! : -short * weightOver[cell]!
  }
  return penalty
}

/**
 * Runs of shifts and of days off that touch the first or the last day may be shorter than their
 * minimum: they may go on outside.
 */
export function breachesOf(compiled: CompiledRoster, roster: Roster): Breach[] {
  const { daysCount, people } = compiled
  return people.flatMap((rules, person) => {
    const days = roster.subarray(person * daysCount, (person + 1) * daysCount)
    return [...dayBreaches(compiled, rules, days), ...runBreaches(rules, days)].map((one) => ({
      person,
      ...one,
    }))
  })
}

type Found = Omit<Breach, 'person'>

function dayBreaches(compiled: CompiledRoster, rules: CompiledPerson, days: Roster): Found[] {
  const { shiftsCount: S, minutes, mayFollow } = compiled
  const found: Found[] = []
  const used = new Int32Array(S)
  let total = 0
  let weekends = 0
  for (const [day, shift] of days.entries()) {
    const before = day > 0 ? days[day - 1]! : -1
    if (day % 7 === 6 && (shift >= 0 || before >= 0)) weekends += 1
    if (shift < 0) continue
    total += minutes[shift]!
    used[shift]! += 1
    if (rules.isDayOff[day] === 1) found.push({ rule: 'day_off', day })
    if (used[shift]! > rules.shiftsMax[shift]!) found.push({ rule: 'shift_not_allowed', day })
    if (before >= 0 && mayFollow[before * S + shift] === 0) found.push({ rule: 'sequence', day })
  }
  if (total < rules.minutesMin) found.push({ rule: 'minutes_min', day: -1 })
  if (total > rules.minutesMax) found.push({ rule: 'minutes_max', day: -1 })
  if (weekends > rules.weekendsMax) found.push({ rule: 'weekends', day: -1 })
  return found
}

function runBreaches(rules: CompiledPerson, days: Roster): Found[] {
  const found: Found[] = []
  let from = 0
  for (let day = 1; day <= days.length; day += 1) {
    const isWork = days[from]! >= 0
    if (day < days.length && days[day]! >= 0 === isWork) continue
    const length = day - from
    const isInside = from > 0 && day < days.length
    if (isWork && length > rules.runMax) found.push({ rule: 'run_max', day: from })
    if (isWork && isInside && length < rules.runMin) found.push({ rule: 'run_min', day: from })
    if (!isWork && isInside && length < rules.offMin) found.push({ rule: 'off_min', day: from })
    from = day
  }
  return found
}
