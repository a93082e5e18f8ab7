/** What the days outside a window leave for those in it, and what may follow them. */
import type { PersonPaths } from './person-paths.ts'
import type { CompiledRoster } from './problem.ts'

/** How the rest of the person's days bounds the window. */
export interface Frame {
  readonly from: number
  readonly to: number
  /** Whatever state it ends in, the days after it will go on from there. */
  readonly isOpen: boolean
  readonly unitsLeast: number
  readonly unitsMost: number
  readonly weekendsMost: number
  readonly usedOutside: Int32Array
  readonly startState: number
}

/**
 * @param isOpen where the days after the window are not planned yet: it gets its share of the sums
 * @returns undefined where no way is left
 */
export function frameOf(
  compiled: CompiledRoster,
  { rules, unitMinutes, unitsLongest, classOf, classesCount }: PersonPaths,
  days: Int16Array,
  from: number,
  to: number,
  isOpen: boolean,
): Frame | undefined {
  const { daysCount, shiftsCount, minutes } = compiled
  const ratio = isOpen ? to / daysCount : 1
  const slackMinutes = isOpen && to < daysCount ? (unitsLongest * unitMinutes) / 2 : 0
  const usedOutside = new Int32Array(shiftsCount)
  let [minutesOutside, weekendsOutside] = [0, 0]
  for (let day = 0; day < daysCount; day += 1) {
    if (day === from) day = to
    if (day >= daysCount) break
    const shift = days[day]!
    if (day % 7 === 6 && (shift >= 0 || days[day - 1]! >= 0)) weekendsOutside += 1
    if (shift < 0) continue
    minutesOutside += minutes[shift]!
    usedOutside[shift]! += 1
  }
  const weekendsAll = Math.ceil(rules.weekendsMax * ratio)
  const weekendsMost = Math.min(weekendsAll - weekendsOutside, (to - from) / 7)
  const minutesLeast = rules.minutesMin * ratio - slackMinutes - minutesOutside
  const minutesMost = rules.minutesMax * ratio + slackMinutes - minutesOutside
  const unitsLeast = Math.ceil(Math.max(0, minutesLeast) / unitMinutes)
  const unitsMost = Math.floor(minutesMost / unitMinutes)
  if (weekendsMost < 0 || unitsMost < unitsLeast) return undefined
  const isWork = from > 0 && days[from - 1]! >= 0
  let length = 0
  while (length < from && days[from - 1 - length]! >= 0 === isWork) length += 1
  // Before the first day anything may have been, so days off there are long enough.
  const offLength = length === from ? rules.offMin : Math.min(length, rules.offMin)
  const startState = isWork
    ? classOf[days[from - 1]!]! * rules.runMax + length - 1
    : classesCount * rules.runMax + offLength - 1
  return { from, to, isOpen, unitsLeast, unitsMost, weekendsMost, usedOutside, startState }
}

/** Whether a state on the window's last day goes on lawfully in what follows. */
export function endingOf(
  { rules, classesCount, mayFollow }: PersonPaths,
  days: Int16Array,
  { to, isOpen: isFree }: Frame,
) {
  const [R, S] = [rules.runMax, mayFollow.length / (classesCount + 1)]
  const isLast = isFree || to === days.length
  const next = isLast ? -1 : days[to]!
  let length = 0
  while (to + length < days.length && days[to + length]! >= 0 === next >= 0) length += 1
  const isOpen = to + length === days.length
  return (state: number): boolean => {
    if (isLast) return true
    const isWork = state < classesCount * R
    const run = isWork ? (state % R) + 1 : state - classesCount * R + 1
    if (next < 0)
      return isWork
        ? (run >= rules.runMin || run === to) && (isOpen || length >= rules.offMin)
        : isOpen || run + length >= rules.offMin
    if (!isWork) return run >= rules.offMin && (isOpen || length >= rules.runMin)
    const isLong = isOpen || run + length >= rules.runMin || run === to
    return (
      mayFollow[Math.floor(state / R) * S + next] === 1 && run + length <= rules.runMax && isLong
    )
  }
}
