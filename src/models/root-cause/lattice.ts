/** All combinations of up to three dimension values with what was tried and failed there, then and now. */
import type { Incident } from './incident.ts'

export interface Cell {
  /** Places in the incident's dimensions, rising. */
  readonly dimensions: readonly number[]
  readonly codes: readonly number[]
  attemptsNow: number
  failuresNow: number
  attemptsBefore: number
  failuresBefore: number
}

export interface Lattice {
  readonly whole: Cell
  readonly cells: readonly Cell[]
  /** The cell of some terms, or undefined where no attempt was. */
  find(dimensions: readonly number[], codes: readonly number[]): Cell | undefined
}

/** Causes of more terms than this are seldom and hard to act on. */
export const termsMax = 3

export function buildLattice(incident: Incident): Lattice {
  const leaves = leavesOf(incident)
  const whole = emptyCell([], [])
  for (const leaf of leaves) addTo(whole, leaf)
  const byKey = new Map<string, Cell>()
  for (const dimensions of subsets(incident.dimensions.length)) {
    for (const leaf of leaves) {
      const codes = dimensions.map((at) => leaf.codes[at]!)
      const key = keyOf(dimensions, codes)
      let cell = byKey.get(key)
      if (cell === undefined) {
        cell = emptyCell(dimensions, codes)
        byKey.set(key, cell)
      }
      addTo(cell, leaf)
    }
  }
  return {
    whole,
    cells: [...byKey.values()],
    find: (dimensions, codes) => byKey.get(keyOf(dimensions, codes)),
  }
}

/** Rows of one full combination are one leaf. */
function leavesOf({ dimensions, isNow, attempts, failures }: Incident): Cell[] {
  const all = dimensions.map((_, at) => at)
  const leaves = new Map<string, Cell>()
  for (let row = 0; row < attempts.length; row += 1) {
    const codes = dimensions.map((one) => one.codes[row]!)
    const key = codes.join()
    let leaf = leaves.get(key)
    if (leaf === undefined) {
      leaf = emptyCell(all, codes)
      leaves.set(key, leaf)
    }
    if (isNow[row]! > 0) {
      leaf.attemptsNow += attempts[row]!
      leaf.failuresNow += failures[row]!
    } else {
      leaf.attemptsBefore += attempts[row]!
      leaf.failuresBefore += failures[row]!
    }
  }
  return [...leaves.values()]
}

function emptyCell(dimensions: readonly number[], codes: readonly number[]): Cell {
  const counts = { attemptsNow: 0, failuresNow: 0, attemptsBefore: 0, failuresBefore: 0 }
  return { dimensions, codes, ...counts }
}

function addTo(cell: Cell, other: Cell): void {
  cell.attemptsNow += other.attemptsNow
  cell.failuresNow += other.failuresNow
  cell.attemptsBefore += other.attemptsBefore
  cell.failuresBefore += other.failuresBefore
}

function subsets(count: number): number[][] {
  const found: number[][] = []
  const walk = (from: number, taken: number[]) => {
    if (taken.length > 0) found.push(taken)
    if (taken.length === termsMax) return
    for (let next = from; next < count; next += 1) walk(next + 1, [...taken, next])
  }
  walk(0, [])
  return found
}

const keyOf = (dimensions: readonly number[], codes: readonly number[]) =>
  `${dimensions.join()}:${codes.join()}`
