/**
 * One person's next few days drawn anew from all lawful ways to fill them, likelier the less they cost.
 * Ways that must become too dear are left as soon as that is known, so that cold draws are quick.
 */
import { keepsPattern } from './lawful.ts'
import { costToCome, costToLeave, type Ledger, put } from './ledger.ts'
import { begin, isDrawn, type Lottery } from './lottery.ts'

export const drawDaysMost = 8
const nodesMost = 1500

export interface DaysDraw {
  readonly ledger: Ledger
  readonly lottery: Lottery
  /** By person: off first, then the shifts that the person may ever work. */
  readonly allowed: readonly Int16Array[]
  /** `day * (S + 1) + n`, days counted from the first one drawn; costs against the days as they are. */
  readonly options: Int16Array
  readonly costs: Float64Array
  readonly sizes: Int32Array
  /** Least that the days from here on can cost. */
  readonly rest: Float64Array
  readonly path: Int16Array
  readonly drawn: Int16Array
  /** Uses of each shift, those of the days drawn as the path has them. */
  readonly used: Int32Array
  /** By which days are worked, one bit each: 0 not looked at, 1 lawful, 2 not. */
  readonly patterns: Uint8Array
  person: number
  from: number
  length: number
  nodes: number
  minutesLeast: number
  minutesMost: number
  after: number
}

export function createDaysDraw(
  ledger: Ledger,
  lottery: Lottery,
  allowed: readonly Int16Array[],
): DaysDraw {
  const S = ledger.state.compiled.shiftsCount
  return {
    ledger,
    lottery,
    allowed,
    options: new Int16Array(drawDaysMost * (S + 1)),
    costs: new Float64Array(drawDaysMost * (S + 1)),
    sizes: new Int32Array(drawDaysMost),
    rest: new Float64Array(drawDaysMost + 1),
    path: new Int16Array(drawDaysMost),
    drawn: new Int16Array(drawDaysMost),
    used: new Int32Array(S),
    patterns: new Uint8Array(1 << drawDaysMost),
    person: 0,
    from: 0,
    length: 0,
    nodes: 0,
    minutesLeast: 0,
    minutesMost: 0,
    after: -1,
  }
}

/** @returns the change of the penalty, 0 where the days stay as they are */
export function drawDays(
  draw: DaysDraw,
  person: number,
  from: number,
  length: number,
  temperature: number,
): number {
  const { ledger, lottery, drawn, allowed, used } = draw
  const { state, worked } = ledger
  const { daysCount: D, shiftsCount: S, minutes, people } = state.compiled
  const start = person * D + from
  Object.assign(draw, { person, from, length, nodes: 0 })
  for (const shift of allowed[person]!)
    if (shift >= 0) used[shift] = ledger.used[person * S + shift]!
  let outside = worked[person]!
  for (let at = length - 1; at >= 0; at -= 1) {
    const old = state.roster[start + at]!
    draw.rest[at] = listOptions(draw, at, old) + (at + 1 < length ? draw.rest[at + 1]! : 0)
    drawn[at] = old
    if (old < 0) continue
    outside -= minutes[old]!
    used[old]! -= 1
  }
  draw.rest[length] = 0
  draw.minutesLeast = people[person]!.minutesMin - outside
  draw.minutesMost = people[person]!.minutesMax - outside
  draw.after = from + length < D ? state.roster[start + length]! : -1
  draw.patterns.fill(0, 0, 1 << length)
  begin(lottery, temperature)
  descend(draw, 0, from > 0 ? state.roster[start - 1]! : -1, 0, 0, 0)
  if (isAsItIs(draw, drawn)) return 0
  put(ledger, person, from, length, drawn)
  return lottery.cost
}

function isAsItIs({ ledger, person, from, length }: DaysDraw, days: Int16Array): boolean {
  const { roster, compiled } = ledger.state
  const start = person * compiled.daysCount + from
  for (let at = 0; at < length; at += 1) if (days[at] !== roster[start + at]) return false
  return true
}

/** Of one day; gives the least cost. */
function listOptions(draw: DaysDraw, at: number, old: number): number {
  const { ledger, person, from, allowed, options, costs, sizes } = draw
  const { state } = ledger
  const S = state.compiled.shiftsCount
  const { wishes, isDayOff } = state.compiled.people[person]!
  const day = (from + at) * S
  const leave = old < 0 ? 0 : costToLeave(state, day + old) - wishes[day + old]!
  const ways = allowed[person]!
  const size = isDayOff[from + at] === 1 ? 1 : ways.length
  let least = Number.POSITIVE_INFINITY
  for (let one = 0; one < size; one += 1) {
    const shift = ways[one]!
    let cost = shift === old ? 0 : leave
    if (shift >= 0 && shift !== old) cost += costToCome(state, day + shift) + wishes[day + shift]!
    options[at * (S + 1) + one] = shift
    costs[at * (S + 1) + one] = cost
    least = Math.min(least, cost)
  }
  sizes[at] = size
  return least
}

/** @param pattern which of the days so far are worked, one bit each */
function descend(
  draw: DaysDraw,
  at: number,
  before: number,
  cost: number,
  sum: number,
  pattern: number,
): void {
  if (at === draw.length) {
    end(draw, before, cost, sum, pattern)
    return
  }
  const { ledger, options, costs, path, used } = draw
  const { shiftsCount: S, minutes, mayFollow, people } = ledger.state.compiled
  const { shiftsMax } = people[draw.person]!
  const costMost = draw.lottery.costMost - draw.rest[at + 1]! - cost
  for (let one = at * (S + 1); one < at * (S + 1) + draw.sizes[at]!; one += 1) {
    if (costs[one]! > costMost) continue
    if (draw.nodes > nodesMost) return
    const shift = options[one]!
    if (shift < 0) {
      path[at] = shift
      draw.nodes += 1
      descend(draw, at + 1, shift, cost + costs[one]!, sum, pattern)
      continue
    }
    if (before >= 0 && mayFollow[before * S + shift] === 0) continue
    const more = sum + minutes[shift]!
    if (more > draw.minutesMost || used[shift]! >= shiftsMax[shift]!) continue
    path[at] = shift
    draw.nodes += 1
    used[shift]! += 1
    descend(draw, at + 1, shift, cost + costs[one]!, more, pattern | (1 << at))
    used[shift]! -= 1
  }
}

function end(draw: DaysDraw, before: number, cost: number, sum: number, pattern: number): void {
  const { ledger, person, from, length, path, drawn, patterns, after } = draw
  const { shiftsCount: S, mayFollow } = ledger.state.compiled
  if (sum < draw.minutesLeast || (cost === 0 && isAsItIs(draw, path))) return
  if (before >= 0 && after >= 0 && mayFollow[before * S + after] === 0) return
  if (patterns[pattern] === 0)
    patterns[pattern] = keepsPattern(ledger, person, from, length, path) ? 1 : 2
  if (patterns[pattern] === 2 || !isDrawn(draw.lottery, cost)) return
  for (let at = 0; at < length; at += 1) drawn[at] = path[at]!
}
