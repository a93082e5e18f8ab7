/**
 * The linear programme over known ways (columns) of some people in a window of days: each takes one in
 * sum, and what a day and shift lacks or has too much is paid. Its dual values say what a cell is worth.
 */
import type { Highs } from 'highs'
import type { RosterState } from './state.ts'

export interface Way {
  readonly person: number
  /** Of its wishes. */
  readonly cost: number
  /** Of the window alone. */
  readonly days: Int16Array
  readonly column: number
}

export interface Master {
  readonly ways: Way[]
  add(person: number, days: Int16Array): void
  /** Least cost with fractions, the window's wishes and cover. */
  solve(): number
  /** Dual values after `solve`: prices of the cells, and of each person's choice. */
  duals(prices: Float64Array, choice: Float64Array): void
  /** How much of each way is taken, after `solve`. */
  shares(): Float64Array
  fix(way: Way): void
  dispose(): void
}

/** @param state with the people taken out of the window's counts */
export function createMaster(
  highs: Highs,
  state: RosterState,
  people: readonly number[],
  from: number,
  to: number,
): Master {
  const { shiftsCount: S, required, weightUnder, weightOver, people: rules } = state.compiled
  const row = new Int32Array((to - from) * S).fill(-1)
  const rowOfPerson = new Map(people.map((person, at) => [person, at]))
  const lacking: number[] = []
  const model = highs.createModel()
  model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex' })
  for (const _ of people) model.addRow(1, 1, { indices: [], values: [] })
  let columns = 0
  const column = (cost: number, indices: number[], values: number[]): void => {
    model.addCol(cost, 0, highs.infinity, { indices, values })
    columns += 1
  }
  for (let at = 0; at < row.length; at += 1) {
    const cell = from * S + at
    const [under, over] = [weightUnder[cell]!, weightOver[cell]!]
    if (under === 0 && over === 0) continue
    row[at] = people.length + lacking.length
    const need = required[cell]! - state.counts[cell]!
    lacking.push(cell)
    model.addRow(need, need, { indices: [], values: [] })
    column(under, [row[at]!], [1])
    column(over, [row[at]!], [-1])
  }
  const ways: Way[] = []
  const rowsOf = (days: Int16Array): number[] => {
    const rows: number[] = []
    for (const [day, shift] of days.entries())
      if (shift >= 0 && row[day * S + shift]! >= 0) rows.push(row[day * S + shift]!)
    return rows
  }

  return {
    ways,
    add(person, days) {
      const { wishes } = rules[person]!
      let cost = 0
      for (const [day, shift] of days.entries())
        if (shift >= 0) cost += wishes[(from + day) * S + shift]!
      const indices = [rowOfPerson.get(person)!, ...rowsOf(days)]
      ways.push({ person, cost, days: days.slice(), column: columns })
      column(
        cost,
        indices,
        indices.map(() => 1),
      )
    },
    solve() {
      model.run()
      return model.getObjectiveValue()
    },
    duals(prices, choice) {
      const { rowDual } = model.getSolution()
      for (const [at, cell] of lacking.entries()) prices[cell] = -rowDual[people.length + at]!
      for (const [at, person] of people.entries()) choice[person] = rowDual[at]!
    },
    shares() {
      const { colValue } = model.getSolution()
      return Float64Array.from(ways, (way) => colValue[way.column]!)
    },
    fix: (way) => void model.changeColBounds(way.column, 1, 1),
    dispose: () => model.dispose(),
  }
}
