/**
 * The cheapest legal days of one person between two Mondays, all else as it stands: exact, by dynamic
 * programming over run of shifts or days off, weekends worked and minutes.
 */
import { type Frame, frameOf } from './path-frame.ts'
import { createTable } from './path-table.ts'
import { type PersonPaths, pathsOf } from './person-paths.ts'
import type { CompiledRoster } from './problem.ts'

export interface PathSearch {
  /**
   * Rewrites `days` from `from` up to `to` (multiples of 7) by the cheapest way and gives its cost, the
   * wishes included; Infinity, and nothing rewritten, where there is none.
   * @param prices of a cell against a day off
   * @param isOpen where the days from `to` on are off for not being planned yet
   */
  best(
    person: number,
    days: Int16Array,
    from: number,
    to: number,
    prices: Float64Array,
    isOpen?: boolean,
  ): number
}

const none = Number.POSITIVE_INFINITY

export function createPathSearch(compiled: CompiledRoster): PathSearch {
  const { daysCount, shiftsCount: S } = compiled
  const people = compiled.people.map((rules) => pathsOf(compiled, rules))
  const forbidden = new Uint8Array(daysCount * S)
  const table = createTable(S)
  const found = new Int16Array(daysCount)

  function best(
    person: number,
    days: Int16Array,
    from: number,
    to: number,
    prices: Float64Array,
    isOpen = false,
  ): number {
    const paths = people[person]!
    const frame = frameOf(compiled, paths, days, from, to, isOpen)
    if (frame === undefined) return none
    forbidden.fill(0, from * S, to * S)
    // Each round settles one shift that came out too often, so there is one more round than shifts.
    for (let round = 0; round <= S; round += 1) {
      const cost = table.run(paths, frame, days, prices, forbidden, found)
      if (cost === none) return none
      if (!forbidExcess(frame, paths, prices)) {
        for (let day = from; day < to; day += 1) days[day] = found[day]!
        return cost
      }
    }
    return none
  }

  /** A shift worked too often stays allowed on its cheapest days alone. */
  function forbidExcess(frame: Frame, { rules, allowed }: PersonPaths, prices: Float64Array) {
    let isExcess = false
    for (const shift of allowed) {
      const most = rules.shiftsMax[shift]! - frame.usedOutside[shift]!
      if (most >= frame.to - frame.from) continue
      const used: number[] = []
      for (let day = frame.from; day < frame.to; day += 1) if (found[day] === shift) used.push(day)
      if (used.length <= most) continue
      isExcess = true
      const cost = (day: number) => prices[day * S + shift]! + rules.wishes[day * S + shift]!
      used.sort((left, right) => cost(left) - cost(right))
      const kept = new Set(used.slice(0, Math.max(0, most)))
      for (let day = frame.from; day < frame.to; day += 1)
        if (!kept.has(day)) forbidden[day * S + shift] = 1
    }
    return isExcess
  }

  return { best }
}
