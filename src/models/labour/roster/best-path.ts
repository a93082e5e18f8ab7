/**
 * The cheapest legal days of one person between two Mondays, all else as it stands: exact, by dynamic
 * programming over run of shifts or days off, weekends worked and minutes.
 */

import { type PersonPaths, pathsOf } from './person-paths.ts'
import type { CompiledRoster } from './problem.ts'

export interface PathSearch {
  /**
   * Rewrites `days` from `from` up to `to` (multiples of 7) by the cheapest way and gives its cost, the
   * wishes included; Infinity, and nothing rewritten, where there is none.
   * @param prices of a cell against a day off
   */
  best(person: number, days: Int16Array, from: number, to: number, prices: Float64Array): number
}

/** How the rest of the person's days bounds the window. */
interface Frame {
  readonly from: number
  readonly to: number
  readonly unitsLeast: number
  readonly unitsMost: number
  readonly weekendsMost: number
  readonly usedOutside: Int32Array
  readonly startState: number
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
  ): number {
    const paths = people[person]!
    const frame = frameOf(compiled, paths, days, from, to)
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

function frameOf(
  compiled: CompiledRoster,
  { rules, unitMinutes, classOf, classesCount }: PersonPaths,
  days: Int16Array,
  from: number,
  to: number,
): Frame | undefined {
  const { daysCount, shiftsCount, minutes } = compiled
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
  const weekendsMost = Math.min(rules.weekendsMax - weekendsOutside, (to - from) / 7)
  const unitsLeast = Math.ceil(Math.max(0, rules.minutesMin - minutesOutside) / unitMinutes)
  const unitsMost = Math.floor((rules.minutesMax - minutesOutside) / unitMinutes)
  if (weekendsMost < 0 || unitsMost < unitsLeast) return undefined
  const isWork = from > 0 && days[from - 1]! >= 0
  let length = 0
  while (length < from && days[from - 1 - length]! >= 0 === isWork) length += 1
  // Before the first day anything may have been, so days off there are long enough.
  const offLength = length === from ? rules.offMin : Math.min(length, rules.offMin)
  const startState = isWork
    ? classOf[days[from - 1]!]! * rules.runMax + length - 1
    : classesCount * rules.runMax + offLength - 1
  return { from, to, unitsLeast, unitsMost, weekendsMost, usedOutside, startState }
}

/** Whether a state on the window's last day goes on lawfully in what follows. */
function endingOf({ rules, classesCount, mayFollow }: PersonPaths, days: Int16Array, to: number) {
  const [R, S] = [rules.runMax, mayFollow.length / (classesCount + 1)]
  const isLast = to === days.length
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

/** The tables, grown as needed and used again, since a search asks thousands of times a second. */
function createTable(S: number) {
  let now = new Float64Array(0)
  let then = new Float64Array(0)
  let cameFrom = new Uint16Array(0)
  let cameBy = new Uint8Array(0)
  // For each class before, the groups that may follow on a day, each by its cheapest shift.
  let moves = {
    count: new Int32Array(0),
    group: new Int32Array(0),
    cost: new Float64Array(0),
    shift: new Int32Array(0),
  }

  function prepare(paths: PersonPaths, layer: number, daysCount: number): void {
    if (now.length < layer) {
      now = new Float64Array(layer)
      then = new Float64Array(layer)
    }
    if (cameFrom.length < layer * daysCount) {
      cameFrom = new Uint16Array(layer * daysCount)
      cameBy = new Uint8Array(layer * daysCount)
    }
    const size = (paths.classesCount + 1) * Math.max(1, paths.groupsCount)
    if (moves.group.length < size)
      moves = {
        count: new Int32Array(size),
        group: new Int32Array(size),
        cost: new Float64Array(size),
        shift: new Int32Array(size),
      }
  }

  function listMoves(paths: PersonPaths, day: number, prices: Float64Array, forbidden: Uint8Array) {
    const { rules, allowed, classesCount, groupsCount, groupOf, mayFollow } = paths
    for (let before = 0; before <= classesCount; before += 1) {
      const base = before * groupsCount
      for (let group = 0; group < groupsCount; group += 1) moves.cost[base + group] = none
      if (rules.isDayOff[day] === 0)
        for (let at = 0; at < allowed.length; at += 1) {
          const shift = allowed[at]!
          if (mayFollow[before * S + shift] === 0 || forbidden[day * S + shift] === 1) continue
          const cost = prices[day * S + shift]! + rules.wishes[day * S + shift]!
          const place = base + groupOf[shift]!
          if (cost < moves.cost[place]!) {
            moves.cost[place] = cost
            moves.shift[place] = shift
          }
        }
      let count = 0
      for (let group = 0; group < groupsCount; group += 1) {
        const cost = moves.cost[base + group]!
        if (cost === none) continue
        moves.cost[base + count] = cost
        moves.shift[base + count] = moves.shift[base + group]!
        moves.group[base + count] = group
        count += 1
      }
      moves.count[before] = count
    }
  }

  function run(
    paths: PersonPaths,
    frame: Frame,
    days: Int16Array,
    prices: Float64Array,
    forbidden: Uint8Array,
    found: Int16Array,
  ): number {
    const { rules, classesCount: C, groupsCount: G, groupClass, groupUnits } = paths
    const { from, to, unitsLeast, weekendsMost } = frame
    const R = rules.runMax
    const offAt = C * R
    const K = offAt + rules.offMin
    const weekends = weekendsMost + 1
    const unitsTop = Math.min(
      frame.unitsMost,
      mostWork(rules.runMax, 0, to - from, true) * paths.unitsLongest,
    )
    if (unitsTop < unitsLeast) return none
    const layer = (unitsTop + 1) * weekends * K
    prepare(paths, layer, to - from)
    now.fill(none, 0, layer)
    now[frame.startState] = 0
    let reached = 0
    for (let day = from; day < to; day += 1) {
      listMoves(paths, day, prices, forbidden)
      then.fill(none, 0, layer)
      const back = (day - from) * layer
      const ahead = mostWork(rules.runMax, rules.offMin, to - day, false) * paths.unitsLongest
      const isSaturday = day % 7 === 5
      const isSunday = day % 7 === 6
      const lowest = Math.max(0, unitsLeast - ahead)
      for (let units = lowest; units <= reached; units += 1) {
        for (let weekend = 0; weekend < weekends; weekend += 1) {
          const base = (units * weekends + weekend) * K
          for (let state = 0; state < K; state += 1) {
            const cost = now[base + state]!
            if (cost === none) continue
            const isWork = state < offAt
            let before = C
            let runAfter = 0
            let mayWork: boolean
            if (isWork) {
              before = (state / R) | 0
              runAfter = state - before * R + 1
              mayWork = runAfter < R
              if (runAfter >= rules.runMin || runAfter === day) {
                const target = base + offAt
                if (cost < then[target]!) {
                  then[target] = cost
                  cameFrom[back + target] = state
                  cameBy[back + target] = 255
                }
              }
            } else {
              mayWork = state === K - 1
              const target = base + (mayWork ? state : state + 1)
              if (cost < then[target]!) {
                then[target] = cost
                cameFrom[back + target] = state
                cameBy[back + target] = 255
              }
            }
            if (!mayWork) continue
            const counts = isSaturday || (isSunday && !isWork) ? 1 : 0
            if (weekend + counts >= weekends) continue
            const moveBase = before * G
            const movesCount = moves.count[before]!
            for (let at = moveBase; at < moveBase + movesCount; at += 1) {
              const group = moves.group[at]!
              const unitsAfter = units + groupUnits[group]!
              if (unitsAfter > unitsTop) continue
              const target =
                (unitsAfter * weekends + weekend + counts) * K + groupClass[group]! * R + runAfter
              const total = cost + moves.cost[at]!
              if (total < then[target]!) {
                then[target] = total
                cameFrom[back + target] = state
                cameBy[back + target] = moves.shift[at]!
              }
            }
          }
        }
      }
      reached = Math.min(unitsTop, reached + paths.unitsLongest)
      const swap = now
      now = then
      then = swap
    }
    return trace(paths, frame, days, found, { K, weekends, unitsTop, layer })
  }

  interface Shape {
    readonly K: number
    readonly weekends: number
    readonly unitsTop: number
    readonly layer: number
  }

  function trace(
    paths: PersonPaths,
    { from, to, unitsLeast }: Frame,
    days: Int16Array,
    found: Int16Array,
    { K, weekends, unitsTop, layer }: Shape,
  ): number {
    const { groupOf, groupUnits, classesCount, rules } = paths
    const isEnding = endingOf(paths, days, to)
    let [cost, state, place] = [none, -1, -1]
    for (let at = unitsLeast * weekends * K; at < (unitsTop + 1) * weekends * K; at += 1)
      if (now[at]! < cost && isEnding(at % K))
        [cost, state, place] = [now[at]!, at % K, (at - (at % K)) / K]
    if (state < 0) return none
    for (let day = to - 1; day >= from; day -= 1) {
      const at = (day - from) * layer + place * K + state
      const shift = cameBy[at]!
      const before = cameFrom[at]!
      found[day] = shift === 255 ? -1 : shift
      if (shift !== 255) {
        const isCounted = day % 7 === 5 || (day % 7 === 6 && before >= classesCount * rules.runMax)
        place -= groupUnits[groupOf[shift]!]! * weekends + (isCounted ? 1 : 0)
      }
      state = before
    }
    return cost
  }

  return { run }
}

/** Most days of work in a stretch that begins rested. */
function mostWork(runMax: number, offMin: number, daysCount: number, isLoose: boolean): number {
  if (isLoose) return daysCount
  const cycle = runMax + offMin
  return Math.floor(daysCount / cycle) * runMax + Math.min(daysCount % cycle, runMax)
}
