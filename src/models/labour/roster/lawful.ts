/** Whether a small change keeps all of a person's rules; nothing is changed by asking. */
import { type Ledger, weekendsIn } from './ledger.ts'

/** Whether the person's rules hold with `next` on the days from `from`. */
export function fits(
  ledger: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): boolean {
  const { roster, compiled } = ledger.state
  const { daysCount: D, shiftsCount: S, minutes, mayFollow, people } = compiled
  const { isDayOff, shiftsMax, minutesMin, minutesMax } = people[person]!
  const start = person * D + from
  let sum = ledger.worked[person]!
  let before = from > 0 ? roster[start - 1]! : -1
  let isOtherPattern = false
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
    if (old >= 0 !== shift >= 0) isOtherPattern = true
    before = shift
  }
  if (sum < minutesMin || sum > minutesMax) return false
  const after = from + length < D ? roster[start + length]! : -1
  if (before >= 0 && after >= 0 && mayFollow[before * S + after] === 0) return false
  if (!keepsShifts(ledger, person, from, length, next)) return false
  return !isOtherPattern || keepsPattern(ledger, person, from, length, next)
}

function keepsShifts(
  { state, used }: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): boolean {
  const { daysCount: D, shiftsCount: S, people } = state.compiled
  const { shiftsMax } = people[person]!
  const start = person * D + from
  for (let at = 0; at < length; at += 1) {
    const shift = next[at]!
    if (shift < 0 || shift === state.roster[start + at] || shiftsMax[shift]! >= D) continue
    let count = used[person * S + shift]!
    for (let other = 0; other < length; other += 1) {
      if (next[other] === shift) count += 1
      if (state.roster[start + other] === shift) count -= 1
    }
    if (count > shiftsMax[shift]!) return false
  }
  return true
}

/** What depends on which days are worked alone: weekends and runs. */
export function keepsPattern(
  ledger: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): boolean {
  const { state, saved, weekends } = ledger
  const { roster, compiled } = state
  const row = person * compiled.daysCount
  const weekendsBefore = weekendsIn(roster, row, from, length)
  for (let at = 0; at < length; at += 1) {
    saved[at] = roster[row + from + at]!
    roster[row + from + at] = next[at]!
  }
  const more = weekendsIn(roster, row, from, length) - weekendsBefore
  const isKept =
    weekends[person]! + more <= compiled.people[person]!.weekendsMax &&
    keepsRuns(ledger, person, from, from + length)
  for (let at = 0; at < length; at += 1) roster[row + from + at] = saved[at]!
  return isKept
}

/** Of the runs that touch the days, each as a whole. */
function keepsRuns({ state }: Ledger, person: number, from: number, to: number): boolean {
  const { roster, compiled } = state
  const { daysCount: D, people } = compiled
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
