/** The dynamic programme of a path: over run of shifts or days off, weekends worked and minutes. */
import { endingOf, type Frame } from './path-frame.ts'
import type { PersonPaths } from './person-paths.ts'

const none = Number.POSITIVE_INFINITY

/** The tables, grown as needed and used again, since a search asks thousands of times a second. */
export function createTable(S: number) {
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
    frame: Frame,
    days: Int16Array,
    found: Int16Array,
    { K, weekends, unitsTop, layer }: Shape,
  ): number {
    const { from, to, unitsLeast } = frame
    const { groupOf, groupUnits, classesCount, rules } = paths
    const isEnding = endingOf(paths, days, frame)
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
