/** A roster under change: who is where, and what one more person would cost in every cell. */
import { penaltyOf, type Roster } from './check.ts'
import type { CompiledRoster } from './problem.ts'

export interface RosterState {
  readonly compiled: CompiledRoster
  readonly roster: Roster
  readonly counts: Int32Array
  /** Cost of one more person in a cell, at the counts as they are; nobody has more than one a day. */
  readonly prices: Float64Array
  /** One person's days, a view of the roster. */
  daysOf(person: number): Int16Array
  /** Takes a person's days into the counts (1) or out of them (-1). */
  count(person: number, sign: 1 | -1, from: number, to: number): void
  /** Of the cover between two days, and of what the named people's wishes add to it. */
  costOf(people: readonly number[], from: number, to: number): number
  total(): number
  /** Everything as another roster has it. */
  load(roster: Roster): void
}

export function createState(compiled: CompiledRoster, start: Roster): RosterState {
  const { daysCount: D, shiftsCount: S, required, weightUnder, weightOver } = compiled
  const roster = start.slice()
  const counts = new Int32Array(D * S)
  const prices = new Float64Array(D * S)
  const price = (cell: number): void => {
    prices[cell] = counts[cell]! < required[cell]! ? -weightUnder[cell]! : weightOver[cell]!
  }
  const count = (person: number, sign: 1 | -1, from: number, to: number): void => {
    for (let day = from; day < to; day += 1) {
      const shift = roster[person * D + day]!
      if (shift < 0) continue
      counts[day * S + shift]! += sign
      price(day * S + shift)
    }
  }
  const countAll = (): void => {
    counts.fill(0)
    for (let cell = 0; cell < D * S; cell += 1) price(cell)
    for (let person = 0; person < compiled.peopleCount; person += 1) count(person, 1, 0, D)
  }
  countAll()
  return {
    compiled,
    roster,
    counts,
    prices,
    daysOf: (person) => roster.subarray(person * D, (person + 1) * D),
    count,
    costOf(people, from, to) {
      let cost = 0
      for (let cell = from * S; cell < to * S; cell += 1) {
        const short = required[cell]! - counts[cell]!
        cost += short > 0 ? short * weightUnder[cell]! : -short * weightOver[cell]!
      }
      for (const person of people) {
        const { wishes } = compiled.people[person]!
        for (let day = from; day < to; day += 1) {
          const shift = roster[person * D + day]!
          if (shift >= 0) cost += wishes[day * S + shift]!
        }
      }
      return cost
    },
    total: () => penaltyOf(compiled, roster),
    load(other) {
      roster.set(other)
      countAll()
    },
  }
}
