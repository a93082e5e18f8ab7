/**
 * Simulated annealing by small lawful changes: two people change places for some days, one person's day
 * becomes another shift or a day off, a stretch moves by a day, two days of one person change places.
 */
import type { Random } from '../../math/random.ts'
import type { Edits } from './edits.ts'
import type { RosterState } from './state.ts'

export interface Annealer {
  /** One try; gives the change of the penalty, 0 where nothing was changed. */
  step(temperature: number): number
}

const daysMost = 18
const looksMost = 6

export function createAnnealer(state: RosterState, edits: Edits, random: Random): Annealer {
  const { compiled, roster, counts } = state
  const { daysCount: D, shiftsCount: S, peopleCount: P, required } = compiled
  const allowed = compiled.people.map(({ shiftsMax }) =>
    Int16Array.from([-1, ...[...shiftsMax.keys()].filter((shift) => shiftsMax[shift]! > 0)]),
  )
  const reach = Math.min(daysMost, D)
  const [mine, theirs] = [new Int16Array(reach + 1), new Int16Array(reach + 1)]
  /** Short stretches more often than long ones. */
  const lengthOf = (most: number) => 1 + Math.floor(most * random.next() * random.next())

  function decide(change: number, temperature: number): number {
    if (change <= 0 || random.next() < Math.exp(-change / temperature)) {
      edits.keep()
      return change
    }
    edits.undo()
    return 0
  }

  function alone(person: number, from: number, length: number, temperature: number): number {
    if (!edits.fits(person, from, length, mine)) return 0
    return decide(edits.put(person, from, length, mine), temperature)
  }

  function exchange(temperature: number): number {
    const one = random.below(P)
    const other = random.below(P)
    const length = lengthOf(reach)
    const from = random.below(D - length + 1)
    let isSame = true
    for (let at = 0; at < length; at += 1) {
      mine[at] = roster[one * D + from + at]!
      theirs[at] = roster[other * D + from + at]!
      if (mine[at] !== theirs[at]) isSame = false
    }
    if (isSame) return 0
    if (!edits.fits(one, from, length, theirs) || !edits.fits(other, from, length, mine)) return 0
    const change = edits.put(one, from, length, theirs) + edits.put(other, from, length, mine)
    return decide(change, temperature)
  }

  /** One shift, or a day off, on one day or on several in a row. */
  function set(temperature: number): number {
    const person = random.below(P)
    const length = random.next() < 0.6 ? 1 : lengthOf(5)
    const from = random.below(D - length + 1)
    const ways = allowed[person]!
    mine.fill(ways[random.below(ways.length)]!, 0, length)
    if (length === 1 && mine[0] === roster[person * D + from]) return 0
    return alone(person, from, length, temperature)
  }

  function rotate(temperature: number): number {
    const person = random.below(P)
    const length = Math.min(reach, 2 + lengthOf(reach - 2))
    const from = random.below(D - length + 1)
    const start = person * D + from
    const by = random.next() < 0.5 ? 1 : length - 1
    for (let at = 0; at < length; at += 1) mine[(at + by) % length] = roster[start + at]!
    return alone(person, from, length, temperature)
  }

  function swapDays(temperature: number): number {
    const person = random.below(P)
    const length = Math.min(reach, 1 + lengthOf(reach - 1))
    const from = random.below(D - length + 1)
    const start = person * D + from
    if (roster[start] === roster[start + length - 1]) return 0
    for (let at = 0; at < length; at += 1) mine[at] = roster[start + at]!
    const first = mine[0]!
    mine[0] = mine[length - 1]!
    mine[length - 1] = first
    return alone(person, from, length, temperature)
  }

  /** Somebody comes where people are too few, and if need be another of that person's days gives way. */
  function fill(temperature: number): number {
    let cell = random.below(D * S)
    for (let look = 0; look < looksMost && counts[cell]! >= required[cell]!; look += 1)
      cell = random.below(D * S)
    const day = Math.floor(cell / S)
    const shift = cell % S
    const person = random.below(P)
    if (roster[person * D + day] === shift || compiled.people[person]!.shiftsMax[shift] === 0)
      return 0
    const length = Math.min(reach, 1 + lengthOf(reach - 1))
    const from = Math.max(0, Math.min(D - length, day - random.below(length)))
    for (let at = 0; at < length; at += 1) mine[at] = roster[person * D + from + at]!
    mine[day - from] = shift
    const other = random.below(length)
    if (other !== day - from) {
      const ways = allowed[person]!
      mine[other] = random.next() < 0.5 ? -1 : ways[random.below(ways.length)]!
    }
    return alone(person, from, length, temperature)
  }

  return {
    step(temperature) {
      const draw = random.next()
      if (draw < 0.4) return exchange(temperature)
      if (draw < 0.6) return fill(temperature)
      if (draw < 0.75) return set(temperature)
      return draw < 0.85 ? rotate(temperature) : swapDays(temperature)
    },
  }
}
