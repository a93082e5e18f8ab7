/**
 * Small changes of a roster, a few days of one person each, that keep every rule: what is asked first is
 * whether the person may, then what it changes of the penalty. Costs grow with the days touched alone.
 */
import type { RosterState } from './state.ts'

export interface Edits {
  /** Whether the person's rules hold with `next` on the days from `from`; changes nothing. */
  fits(person: number, from: number, length: number, next: Int16Array): boolean
  /** Puts `next` there, which must fit, and gives the change of the penalty. */
  put(person: number, from: number, length: number, next: Int16Array): number
  /** What was put since the last `keep`, at most eight times, is taken back. */
  undo(): void
  keep(): void
}

const putsMost = 8

/** @param state its counts and roster follow; its prices only after `state.load` */
export function createEdits(state: RosterState): Edits {
  const { compiled, roster, counts } = state
  const { daysCount: D, shiftsCount: S, peopleCount, required, weightUnder, weightOver } = compiled
  const { minutes, mayFollow, people } = compiled
  const worked = new Int32Array(peopleCount)
  const weekends = new Int32Array(peopleCount)
  const used = new Int32Array(peopleCount * S)
  const undone = Array.from({ length: putsMost }, () => ({
    person: 0,
    from: 0,
    length: 0,
    days: new Int16Array(D),
  }))
  const saved = new Int16Array(D)
  let puts = 0

  for (let person = 0; person < peopleCount; person += 1)
    for (let day = 0; day < D; day += 1) {
      const shift = roster[person * D + day]!
      if (day % 7 === 6 && isWeekend(person * D, day)) weekends[person]! += 1
      if (shift < 0) continue
      worked[person]! += minutes[shift]!
      used[person * S + shift]! += 1
    }

  function isWeekend(row: number, sunday: number): boolean {
    return roster[row + sunday]! >= 0 || roster[row + sunday - 1]! >= 0
  }

  function weekendsIn(row: number, from: number, length: number): number {
    let found = 0
    const last = from + length - 1
    for (let sunday = from - (from % 7) + 6; sunday - 1 <= last; sunday += 7)
      if (isWeekend(row, sunday)) found += 1
    return found
  }

  function fits(person: number, from: number, length: number, next: Int16Array): boolean {
    const { isDayOff, shiftsMax, minutesMin, minutesMax, weekendsMax } = people[person]!
    const start = person * D + from
    let sum = worked[person]!
    let before = from > 0 ? roster[start - 1]! : -1
    for (let at = 0; at < length; at += 1) {
      const shift = next[at]!
      const old = roster[start + at]!
      if (shift >= 0) {
        if (before >= 0 && mayFollow[before * S + shift] === 0) return false
        if (shift !== old) {
          if (isDayOff[from + at] === 1 || shiftsMax[shift] === 0) return false
          sum += minutes[shift]!
        }
      }
      if (old >= 0 && shift !== old) sum -= minutes[old]!
      before = shift
    }
    if (sum < minutesMin || sum > minutesMax) return false
    const after = from + length < D ? roster[start + length]! : -1
    if (before >= 0 && after >= 0 && mayFollow[before * S + after] === 0) return false
    if (!keepsShifts(person, start, length, next, shiftsMax)) return false
    const row = person * D
    const weekendsBefore = weekendsIn(row, from, length)
    for (let at = 0; at < length; at += 1) {
      saved[at] = roster[start + at]!
      roster[start + at] = next[at]!
    }
    const isKept =
      weekends[person]! + weekendsIn(row, from, length) - weekendsBefore <= weekendsMax &&
      keepsRuns(person, from, from + length)
    for (let at = 0; at < length; at += 1) roster[start + at] = saved[at]!
    return isKept
  }

  function keepsShifts(
    person: number,
    start: number,
    length: number,
    next: Int16Array,
    shiftsMax: Int32Array,
  ): boolean {
    for (let at = 0; at < length; at += 1) {
      const shift = next[at]!
      if (shift < 0 || shift === roster[start + at] || shiftsMax[shift]! >= D) continue
      let count = used[person * S + shift]!
      for (let other = 0; other < length; other += 1) {
        if (next[other] === shift) count += 1
        if (roster[start + other] === shift) count -= 1
      }
      if (count > shiftsMax[shift]!) return false
    }
    return true
  }

  /** Of the runs that touch the days, each as a whole. */
  function keepsRuns(person: number, from: number, to: number): boolean {
    const { runMin, runMax, offMin } = people[person]!
    const row = person * D
    let begin = from
    if (begin > 0) {
      begin -= 1
      const isWork = roster[row + begin]! >= 0
      // A stretch of days off need not be followed further than it must be long.
      while (
        begin > 0 &&
        roster[row + begin - 1]! >= 0 === isWork &&
        (isWork || from - begin < offMin)
      )
        begin -= 1
    }
    while (begin < D && begin <= to) {
      const isWork = roster[row + begin]! >= 0
      let end = begin + 1
      while (end < D && roster[row + end]! >= 0 === isWork) end += 1
      const isInside = begin > 0 && end < D
      if (isWork) {
        if (end - begin > runMax || (isInside && end - begin < runMin)) return false
      } else if (isInside && end - begin < offMin) return false
      begin = end
    }
    return true
  }

  /** The change alone; the roster, the counts and the sums follow. */
  function apply(person: number, from: number, length: number, next: Int16Array): number {
    const { wishes } = people[person]!
    const start = person * D + from
    let change = 0
    weekends[person]! -= weekendsIn(person * D, from, length)
    for (let at = 0; at < length; at += 1) {
      const shift = next[at]!
      const old = roster[start + at]!
      if (shift === old) continue
      roster[start + at] = shift
      if (old >= 0) {
        const cell = (from + at) * S + old
        change += counts[cell]! <= required[cell]! ? weightUnder[cell]! : -weightOver[cell]!
        change -= wishes[cell]!
        counts[cell]! -= 1
        worked[person]! -= minutes[old]!
        used[person * S + old]! -= 1
      }
      if (shift >= 0) {
        const cell = (from + at) * S + shift
        change += counts[cell]! < required[cell]! ? -weightUnder[cell]! : weightOver[cell]!
        change += wishes[cell]!
        counts[cell]! += 1
        worked[person]! += minutes[shift]!
        used[person * S + shift]! += 1
      }
    }
    weekends[person]! += weekendsIn(person * D, from, length)
    return change
  }

  return {
    fits,
    put(person, from, length, next) {
      const one = undone[puts]!
      puts += 1
      one.person = person
      one.from = from
      one.length = length
      const start = person * D + from
      for (let at = 0; at < length; at += 1) one.days[at] = roster[start + at]!
      return apply(person, from, length, next)
    },
    undo() {
      while (puts > 0) {
        puts -= 1
        const { person, from, length, days } = undone[puts]!
        apply(person, from, length, days)
      }
    },
    keep() {
      puts = 0
    },
  }
}
