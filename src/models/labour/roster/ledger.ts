/**
 * Small changes of a roster, a few days of one person each: what they cost, and what each person's sums
 * are after them. Costs grow with the days touched alone. Whether a change is lawful: `./lawful.ts`.
 */
import type { RosterState } from './state.ts'

export interface Ledger {
  /** Its roster and counts follow every change; its prices only after `state.load`. */
  readonly state: RosterState
  /** Minutes by person. */
  readonly worked: Int32Array
  readonly weekends: Int32Array
  /** `person * S + shift`. */
  readonly used: Int32Array
  /** For days that are tried and put back. */
  readonly saved: Int16Array
}

export function createLedger(state: RosterState): Ledger {
  const { compiled, roster } = state
  const { daysCount: D, shiftsCount: S, peopleCount, minutes } = compiled
  const worked = new Int32Array(peopleCount)
  const weekends = new Int32Array(peopleCount)
  const used = new Int32Array(peopleCount * S)
  for (let person = 0; person < peopleCount; person += 1) {
    weekends[person] = weekendsIn(roster, person * D, 0, D)
    for (let day = 0; day < D; day += 1) {
      const shift = roster[person * D + day]!
      if (shift < 0) continue
      worked[person]! += minutes[shift]!
      used[person * S + shift]! += 1
    }
  }
  return { state, worked, weekends, used, saved: new Int16Array(D) }
}

/** Weekends with work that touch the days; `row` is where the person's days begin. */
export function weekendsIn(roster: Int16Array, row: number, from: number, length: number): number {
  let found = 0
  const last = from + length - 1
  for (let sunday = from - (from % 7) + 6; sunday - 1 <= last; sunday += 7)
    if (roster[row + sunday]! >= 0 || roster[row + sunday - 1]! >= 0) found += 1
  return found
}

/** What `next` on the days from `from` would change of the penalty; changes nothing. */
export function costOf(
  { state }: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): number {
  const { daysCount: D, shiftsCount: S, people } = state.compiled
  const { wishes } = people[person]!
  const start = person * D + from
  let change = 0
  for (let at = 0; at < length; at += 1) {
    const shift = next[at]!
    const old = state.roster[start + at]!
    if (shift === old) continue
    const day = (from + at) * S
    if (old >= 0) change += costToLeave(state, day + old) - wishes[day + old]!
    if (shift >= 0) change += costToCome(state, day + shift) + wishes[day + shift]!
  }
  return change
}

/** Of the cover alone, when one who works in the cell no longer does. */
export function costToLeave({ compiled, counts }: RosterState, cell: number): number {
  const { required, weightUnder, weightOver } = compiled
  return counts[cell]! <= required[cell]! ? weightUnder[cell]! : -weightOver[cell]!
}

export function costToCome({ compiled, counts }: RosterState, cell: number): number {
  const { required, weightUnder, weightOver } = compiled
  return counts[cell]! < required[cell]! ? -weightUnder[cell]! : weightOver[cell]!
}

/** Of the person's wishes alone: where two people change places the cover stays as it is. */
export function wishesOf(
  { state }: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): number {
  const { daysCount: D, shiftsCount: S, people } = state.compiled
  const { wishes } = people[person]!
  const start = person * D + from
  let change = 0
  for (let at = 0; at < length; at += 1) {
    const shift = next[at]!
    const old = state.roster[start + at]!
    if (shift === old) continue
    if (old >= 0) change -= wishes[(from + at) * S + old]!
    if (shift >= 0) change += wishes[(from + at) * S + shift]!
  }
  return change
}

/** Puts `next` there, which must be lawful; the roster, the counts and the sums follow. */
export function put(
  { state, worked, weekends, used }: Ledger,
  person: number,
  from: number,
  length: number,
  next: Int16Array,
): void {
  const { roster, counts, compiled } = state
  const { daysCount: D, shiftsCount: S, minutes } = compiled
  const row = person * D
  weekends[person]! -= weekendsIn(roster, row, from, length)
  for (let at = 0; at < length; at += 1) {
    const shift = next[at]!
    const old = roster[row + from + at]!
    if (shift === old) continue
    roster[row + from + at] = shift
    if (old >= 0) {
      counts[(from + at) * S + old]! -= 1
      worked[person]! -= minutes[old]!
      used[person * S + old]! -= 1
    }
    if (shift >= 0) {
      counts[(from + at) * S + shift]! += 1
      worked[person]! += minutes[shift]!
      used[person * S + shift]! += 1
    }
  }
  weekends[person]! += weekendsIn(roster, row, from, length)
}
