/** What of a person's rules does not change during a search, laid out for `./best-path.ts`. */
import type { CompiledPerson, CompiledRoster } from './problem.ts'

export interface PersonPaths {
  readonly rules: CompiledPerson
  /** Minutes are counted in this unit, the largest that divides every shift that is allowed. */
  readonly unitMinutes: number
  readonly allowed: Int32Array
  /** Shifts after which the same shifts may follow are one class. */
  readonly classesCount: number
  readonly classOf: Int32Array
  /** `class * S + shift`: 1 where the shift may follow; the class after the last is a day off. */
  readonly mayFollow: Uint8Array
  /** Shifts of one class and one length are one group: only its cheapest counts on a day. */
  readonly groupsCount: number
  readonly groupOf: Int32Array
  readonly groupClass: Int32Array
  readonly groupUnits: Int32Array
  readonly unitsLongest: number
}

export function pathsOf(compiled: CompiledRoster, rules: CompiledPerson): PersonPaths {
  const { shiftsCount: S, minutes, mayFollow } = compiled
  const allowed = Int32Array.from(
    Array.from({ length: S }, (_, shift) => shift).filter((shift) => rules.shiftsMax[shift]! > 0),
  )
  const unitMinutes = allowed.reduce((unit, shift) => divisor(unit, minutes[shift]!), 0) || 1
  const classes = new Map<string, number>()
  const groups = new Map<string, number>()
  const classOf = new Int32Array(S).fill(-1)
  const groupOf = new Int32Array(S).fill(-1)
  for (const shift of allowed) {
    const key = allowed.reduce((text, next) => text + mayFollow[shift * S + next], '')
    classOf[shift] = placeOf(classes, key)
    groupOf[shift] = placeOf(groups, `${classOf[shift]}/${minutes[shift]}`)
  }
  const follows = new Uint8Array((classes.size + 1) * S)
  const groupClass = new Int32Array(groups.size)
  const groupUnits = new Int32Array(groups.size)
  for (const shift of allowed) {
    follows[classes.size * S + shift] = 1
    for (const next of allowed) follows[classOf[shift]! * S + next] = mayFollow[shift * S + next]!
    groupClass[groupOf[shift]!] = classOf[shift]!
    groupUnits[groupOf[shift]!] = minutes[shift]! / unitMinutes
  }
  return {
    rules,
    unitMinutes,
    allowed,
    classesCount: classes.size,
    classOf,
    mayFollow: follows,
    groupsCount: groups.size,
    groupOf,
    groupClass,
    groupUnits,
    unitsLongest: groupUnits.reduce((most, units) => Math.max(most, units), 0),
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

function placeOf(places: Map<string, number>, key: string): number {
  const known = places.get(key)
  if (known !== undefined) return known
  places.set(key, places.size)
  return places.size - 1
}
