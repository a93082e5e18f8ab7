/**
 * Two people change places on some of a few days in a row, which ones is drawn from all lawful ways,
 * likelier the better they fit the wishes. The cover stays as it is.
 */
import { keepsPattern } from './lawful.ts'
import { type Ledger, put } from './ledger.ts'
import { begin, isDrawn, type Lottery } from './lottery.ts'

export const drawSwapsMost = 8

/** One of the two. */
interface Side {
  person: number
  readonly path: Int16Array
  readonly drawn: Int16Array
  /** Uses of each shift as the path has them. */
  readonly used: Int32Array
  /** By which days are worked, one bit each: 0 not looked at, 1 lawful, 2 not. */
  readonly patterns: Uint8Array
  after: number
}

export interface SwapsDraw {
  readonly ledger: Ledger
  readonly lottery: Lottery
  readonly one: Side
  readonly other: Side
  /** 1 where the rules of neither forbid it from the first. */
  readonly may: Uint8Array
  readonly costs: Float64Array
  /** Least that the days from here on can cost. */
  readonly rest: Float64Array
  from: number
  length: number
  /** More minutes for the one, less for the other. */
  minutesLeast: number
  minutesMost: number
}

export function createSwapsDraw(ledger: Ledger, lottery: Lottery): SwapsDraw {
  const side = (): Side => ({
    person: 0,
    path: new Int16Array(drawSwapsMost),
    drawn: new Int16Array(drawSwapsMost),
    used: new Int32Array(ledger.state.compiled.shiftsCount),
    patterns: new Uint8Array(1 << drawSwapsMost),
    after: -1,
  })
  return {
    ledger,
    lottery,
    one: side(),
    other: side(),
    may: new Uint8Array(drawSwapsMost),
    costs: new Float64Array(drawSwapsMost),
    rest: new Float64Array(drawSwapsMost + 1),
    from: 0,
    length: 0,
    minutesLeast: 0,
    minutesMost: 0,
  }
}

/** @returns the change of the penalty, 0 where both stay as they are */
export function drawSwaps(
  draw: SwapsDraw,
  person: number,
  partner: number,
  from: number,
  length: number,
  temperature: number,
): number {
  const { ledger, lottery, one, other } = draw
  const { daysCount: D, people } = ledger.state.compiled
  one.person = person
  other.person = partner
  draw.from = from
  draw.length = length
  if (!layOut(draw)) return 0
  const [mine, theirs] = [ledger.worked[person]!, ledger.worked[partner]!]
  const [rules, others] = [people[person]!, people[partner]!]
  draw.minutesLeast = Math.max(rules.minutesMin - mine, theirs - others.minutesMax)
  draw.minutesMost = Math.min(rules.minutesMax - mine, theirs - others.minutesMin)
  begin(lottery, temperature)
  const before = (who: number) => (from > 0 ? ledger.state.roster[who * D + from - 1]! : -1)
  descend(draw, 0, before(person), before(partner), 0, 0, 0, 0, false)
  // Nothing but the first of the draw has weight 1 and no change.
  if (one.drawn[0] === stays) return 0
  put(ledger, person, from, length, one.drawn)
  put(ledger, partner, from, length, other.drawn)
  return lottery.cost
}

const stays = -2

/** @returns whether there is a day on which they may change places */
function layOut({ ledger, one, other, may, costs, rest, from, length }: SwapsDraw): boolean {
  const { roster, compiled } = ledger.state
  const { daysCount: D, shiftsCount: S, people } = compiled
  const [rules, others] = [people[one.person]!, people[other.person]!]
  let isAny = false
  rest[length] = 0
  one.drawn[0] = stays
  for (let at = length - 1; at >= 0; at -= 1) {
    const day = from + at
    const mine = roster[one.person * D + day]!
    const theirs = roster[other.person * D + day]!
    costs[at] = 0
    may[at] =
      mine !== theirs &&
      (theirs < 0 || (rules.isDayOff[day] === 0 && rules.shiftsMax[theirs]! > 0)) &&
      (mine < 0 || (others.isDayOff[day] === 0 && others.shiftsMax[mine]! > 0))
        ? 1
        : 0
    if (may[at] === 1) {
      isAny = true
      if (mine >= 0) costs[at]! += others.wishes[day * S + mine]! - rules.wishes[day * S + mine]!
      if (theirs >= 0)
        costs[at]! += rules.wishes[day * S + theirs]! - others.wishes[day * S + theirs]!
    }
    rest[at] = rest[at + 1]! + Math.min(0, costs[at]!)
    for (const side of [one, other]) {
      if (mine >= 0) side.used[mine] = ledger.used[side.person * S + mine]!
      if (theirs >= 0) side.used[theirs] = ledger.used[side.person * S + theirs]!
    }
  }
  for (const side of [one, other]) {
    side.after = from + length < D ? roster[side.person * D + from + length]! : -1
    side.patterns.fill(0, 0, 1 << length)
  }
  return isAny
}

/** @param pattern which of the days so far are worked, one bit each */
function descend(
  draw: SwapsDraw,
  at: number,
  before: number,
  beforeOther: number,
  cost: number,
  more: number,
  pattern: number,
  patternOther: number,
  isChanged: boolean,
): void {
  const { ledger, lottery, one, other, length } = draw
  if (at === length) {
    if (isChanged && fit(draw, before, beforeOther, more, pattern, patternOther)) take(draw, cost)
    return
  }
  const { roster, compiled } = ledger.state
  const { daysCount: D, minutes } = compiled
  const mine = roster[one.person * D + draw.from + at]!
  const theirs = roster[other.person * D + draw.from + at]!
  const costMost = lottery.costMost - draw.rest[at + 1]! - cost
  const mineBit = mine >= 0 ? 1 << at : 0
  const theirsBit = theirs >= 0 ? 1 << at : 0
  if (costMost >= 0 && follows(draw, before, mine) && follows(draw, beforeOther, theirs)) {
    one.path[at] = mine
    other.path[at] = theirs
    const [p, q] = [pattern | mineBit, patternOther | theirsBit]
    descend(draw, at + 1, mine, theirs, cost, more, p, q, isChanged)
  }
  if (draw.may[at] === 0 || draw.costs[at]! > costMost) return
  if (!follows(draw, before, theirs) || !follows(draw, beforeOther, mine)) return
  if (!moveUse(draw, mine, theirs)) return
  one.path[at] = theirs
  other.path[at] = mine
  const sum = more + (theirs >= 0 ? minutes[theirs]! : 0) - (mine >= 0 ? minutes[mine]! : 0)
  const [p, q] = [pattern | theirsBit, patternOther | mineBit]
  descend(draw, at + 1, theirs, mine, cost + draw.costs[at]!, sum, p, q, true)
  use(one, other, theirs, mine)
}

function follows({ ledger }: SwapsDraw, before: number, shift: number): boolean {
  const { shiftsCount, mayFollow } = ledger.state.compiled
  return before < 0 || shift < 0 || mayFollow[before * shiftsCount + shift] === 1
}

/** The one gives `mine` away and takes `theirs`, where neither then has too many of a kind. */
function moveUse({ ledger, one, other }: SwapsDraw, mine: number, theirs: number): boolean {
  const { people } = ledger.state.compiled
  const [rules, others] = [people[one.person]!, people[other.person]!]
  if (theirs >= 0 && one.used[theirs]! >= rules.shiftsMax[theirs]!) return false
  if (mine >= 0 && other.used[mine]! >= others.shiftsMax[mine]!) return false
  use(one, other, mine, theirs)
  return true
}

function use(one: Side, other: Side, given: number, taken: number): void {
  if (given >= 0) {
    one.used[given]! -= 1
    other.used[given]! += 1
  }
  if (taken >= 0) {
    one.used[taken]! += 1
    other.used[taken]! -= 1
  }
}

function fit(
  draw: SwapsDraw,
  before: number,
  beforeOther: number,
  more: number,
  pattern: number,
  patternOther: number,
): boolean {
  const { one, other } = draw
  if (more < draw.minutesLeast || more > draw.minutesMost) return false
  if (!follows(draw, before, one.after) || !follows(draw, beforeOther, other.after)) return false
  return fitsPattern(draw, one, pattern) && fitsPattern(draw, other, patternOther)
}

function fitsPattern({ ledger, from, length }: SwapsDraw, side: Side, pattern: number): boolean {
  if (side.patterns[pattern] === 0)
    side.patterns[pattern] = keepsPattern(ledger, side.person, from, length, side.path) ? 1 : 2
  return side.patterns[pattern] === 1
}

function take({ lottery, one, other, length }: SwapsDraw, cost: number): void {
  if (!isDrawn(lottery, cost)) return
  for (let at = 0; at < length; at += 1) {
    one.drawn[at] = one.path[at]!
    other.drawn[at] = other.path[at]!
  }
}
