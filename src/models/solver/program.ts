/** A mixed-integer programme: columns with costs and bounds, rows between bounds; the least cost is wanted. */
export interface Row {
  readonly columns: number[]
  /** One for each of `columns`. */
  readonly values: number[]
  /** -Infinity: no bound. */
  readonly low: number
  /** Infinity: no bound. */
  readonly high: number
}

/** Costs that could fall without end are a mistake in whoever made it. */
export interface Program<OwnRow extends Row = Row> {
  readonly costs: number[]
  readonly lowers: number[]
  readonly uppers: number[]
  /** 1 where only whole numbers count. */
  readonly integer: number[]
  readonly rows: OwnRow[]
}

export function createProgram<OwnRow extends Row>(): Program<OwnRow> {
  return { costs: [], lowers: [], uppers: [], integer: [], rows: [] }
}

/** @returns where it is, for rows and for the answer */
export function addColumn(
  program: Program,
  cost: number,
  { low = 0, high, isInteger }: { low?: number; high: number; isInteger: boolean },
): number {
  program.costs.push(cost)
  program.lowers.push(low)
  program.uppers.push(high)
  program.integer.push(isInteger ? 1 : 0)
  return program.costs.length - 1
}
