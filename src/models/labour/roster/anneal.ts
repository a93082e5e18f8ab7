/**
 * Simulated annealing by small lawful changes. Most are tried one at a time, which is quick while it is
 * warm; some are drawn from all lawful ways in a few days, which still finds changes when it is cold.
 */
import type { Random } from '../../math/random.ts'
import { createDaysDraw, type DaysDraw, drawDays } from './draw-days.ts'
import { createSwapsDraw, drawSwaps, type SwapsDraw } from './draw-swaps.ts'
import { fits } from './lawful.ts'
import { costOf, createLedger, type Ledger, put, wishesOf } from './ledger.ts'
import { createLottery } from './lottery.ts'
import type { RosterState } from './state.ts'

export interface Annealer {
  /** One try; gives the change of the penalty, 0 where nothing was changed. */
  step(temperature: number): number
}

const daysMost = 18
const looksMost = 6
const drawnRatio = 0.1
const drawnDaysLeast = 2
const drawnDaysMost = 5
const swappedDaysMost = 6

interface Tries {
  readonly ledger: Ledger
  readonly random: Random
  /** By person: off first, then the shifts that the person may ever work. */
  readonly allowed: readonly Int16Array[]
  readonly reach: number
  readonly mine: Int16Array
  readonly theirs: Int16Array
  readonly days: DaysDraw
  readonly swaps: SwapsDraw
}

/** @param state its roster and counts follow; its prices only after `state.load` */
export function createAnnealer(state: RosterState, random: Random): Annealer {
  const ledger = createLedger(state)
  const lottery = createLottery(random)
  const allowed = state.compiled.people.map(({ shiftsMax }) =>
    Int16Array.from([-1, ...[...shiftsMax.keys()].filter((shift) => shiftsMax[shift]! > 0)]),
  )
  const reach = Math.min(daysMost, state.compiled.daysCount)
  const tries: Tries = {
    ledger,
    random,
    allowed,
    reach,
    mine: new Int16Array(reach + 1),
    theirs: new Int16Array(reach + 1),
    days: createDaysDraw(ledger, lottery, allowed),
    swaps: createSwapsDraw(ledger, lottery),
  }
  return {
    step(temperature) {
      const kind = random.next()
      if (kind < drawnRatio) return drawSome(tries, temperature)
      if (kind < 2 * drawnRatio) return swapSome(tries, temperature)
      const draw = random.next()
      if (draw < 0.4) return exchange(tries, temperature)
      if (draw < 0.6) return fill(tries, temperature)
      if (draw < 0.75) return set(tries, temperature)
      return draw < 0.85 ? rotate(tries, temperature) : swapDays(tries, temperature)
    },
  }
}

/** Short stretches more often than long ones. */
function lengthOf({ random }: Tries, most: number): number {
  return 1 + Math.floor(most * random.next() * random.next())
}

/** Asked before the law is: what costs too much is found out sooner. */
function isTaken({ random }: Tries, change: number, temperature: number): boolean {
  return change <= 0 || random.next() < Math.exp(-change / temperature)
}

function alone(
  tries: Tries,
  person: number,
  from: number,
  length: number,
  temperature: number,
): number {
  const { ledger, mine } = tries
  const change = costOf(ledger, person, from, length, mine)
  if (!isTaken(tries, change, temperature) || !fits(ledger, person, from, length, mine)) return 0
  put(ledger, person, from, length, mine)
  return change
}

function drawSome({ ledger, random, days }: Tries, temperature: number): number {
  const { daysCount, peopleCount } = ledger.state.compiled
  const length = drawnDaysLeast + random.below(drawnDaysMost - drawnDaysLeast + 1)
  const from = random.below(daysCount - length + 1)
  return drawDays(days, random.below(peopleCount), from, length, temperature)
}

function swapSome({ ledger, random, swaps }: Tries, temperature: number): number {
  const { daysCount, peopleCount } = ledger.state.compiled
  const length = drawnDaysLeast + random.below(swappedDaysMost - drawnDaysLeast + 1)
  const from = random.below(daysCount - length + 1)
  const person = random.below(peopleCount)
  const partner = random.below(peopleCount)
  return person === partner ? 0 : drawSwaps(swaps, person, partner, from, length, temperature)
}

function exchange(tries: Tries, temperature: number): number {
  const { ledger, random, mine, theirs } = tries
  const { roster, compiled } = ledger.state
  const { daysCount: D, peopleCount } = compiled
  const one = random.below(peopleCount)
  const other = random.below(peopleCount)
  const length = lengthOf(tries, tries.reach)
  const from = random.below(D - length + 1)
  let isSame = true
  for (let at = 0; at < length; at += 1) {
    mine[at] = roster[one * D + from + at]!
    theirs[at] = roster[other * D + from + at]!
    if (mine[at] !== theirs[at]) isSame = false
  }
  if (isSame) return 0
  const change =
    wishesOf(ledger, one, from, length, theirs) + wishesOf(ledger, other, from, length, mine)
  if (!isTaken(tries, change, temperature)) return 0
  if (!fits(ledger, one, from, length, theirs) || !fits(ledger, other, from, length, mine)) return 0
  put(ledger, one, from, length, theirs)
  put(ledger, other, from, length, mine)
  return change
}

/** One shift, or a day off, on one day or on several in a row. */
function set(tries: Tries, temperature: number): number {
  const { ledger, random, allowed, mine } = tries
  const { daysCount: D, peopleCount } = ledger.state.compiled
  const person = random.below(peopleCount)
  const length = random.next() < 0.6 ? 1 : lengthOf(tries, 5)
  const from = random.below(D - length + 1)
  const ways = allowed[person]!
  mine.fill(ways[random.below(ways.length)]!, 0, length)
  if (length === 1 && mine[0] === ledger.state.roster[person * D + from]) return 0
  return alone(tries, person, from, length, temperature)
}

function rotate(tries: Tries, temperature: number): number {
  const { ledger, random, reach, mine } = tries
  const { daysCount: D, peopleCount } = ledger.state.compiled
  const person = random.below(peopleCount)
  const length = Math.min(reach, 2 + lengthOf(tries, reach - 2))
  const from = random.below(D - length + 1)
  const start = person * D + from
  const by = random.next() < 0.5 ? 1 : length - 1
  for (let at = 0; at < length; at += 1) mine[(at + by) % length] = ledger.state.roster[start + at]!
  return alone(tries, person, from, length, temperature)
}

function swapDays(tries: Tries, temperature: number): number {
  const { ledger, random, reach, mine } = tries
  const { roster, compiled } = ledger.state
  const person = random.below(compiled.peopleCount)
  const length = Math.min(reach, 1 + lengthOf(tries, reach - 1))
  const from = random.below(compiled.daysCount - length + 1)
  const start = person * compiled.daysCount + from
  if (roster[start] === roster[start + length - 1]) return 0
  for (let at = 0; at < length; at += 1) mine[at] = roster[start + at]!
  const first = mine[0]!
  mine[0] = mine[length - 1]!
  mine[length - 1] = first
  return alone(tries, person, from, length, temperature)
}

/** Somebody comes where people are too few, and if need be another of that person's days gives way. */
function fill(tries: Tries, temperature: number): number {
  const { ledger, random, allowed, reach, mine } = tries
  const { roster, counts, compiled } = ledger.state
  const { daysCount: D, shiftsCount: S, peopleCount, people, required } = compiled
  let cell = random.below(D * S)
  for (let look = 0; look < looksMost && counts[cell]! >= required[cell]!; look += 1)
    cell = random.below(D * S)
  const day = Math.floor(cell / S)
  const shift = cell % S
  const person = random.below(peopleCount)
  if (roster[person * D + day] === shift || people[person]!.shiftsMax[shift] === 0) return 0
  const length = Math.min(reach, 1 + lengthOf(tries, reach - 1))
  const from = Math.max(0, Math.min(D - length, day - random.below(length)))
  for (let at = 0; at < length; at += 1) mine[at] = roster[person * D + from + at]!
  mine[day - from] = shift
  const other = random.below(length)
  if (other !== day - from) {
    const ways = allowed[person]!
    mine[other] = random.next() < 0.5 ? -1 : ways[random.below(ways.length)]!
  }
  return alone(tries, person, from, length, temperature)
}
