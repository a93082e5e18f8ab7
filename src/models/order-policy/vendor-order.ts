/**
 * One order to a vendor for many lines: minimums, price brackets by the order's value, a lorry's room.
 * These tie the lines together, so that the best pack for each is not the best order: a mixed-integer
 * program, solved by HiGHS.
 */
import { Fault } from '../../base/fault.ts'
import { loadSolver, solveProgram } from '../solver/highs.ts'
import { addColumn, createProgram, type Row } from '../solver/program.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface VendorLine {
  readonly id: string
  /** At the list price. */
  readonly packCost: number
  /** What each further pack is worth: sales it saves and its goods, less keeping it; never rising. */
  readonly packValues: readonly number[]
  /** Packs that must come whatever they cost. */
  readonly packsMin: number
  /** Room a pack takes: weight, cube, pallets; as `capacities` has them. */
  readonly room: readonly number[]
}

export interface ValueBracket {
  /** The order's value at list prices from which it holds. */
  readonly fromValue: number
  readonly discountRatio: number
  /** For the order as a whole: freight, a fee for a small order. */
  readonly fee: number
}

export interface VendorTerms {
  /** The lowest begins with the vendor's minimum. */
  readonly brackets: readonly ValueBracket[]
  readonly capacities: readonly number[]
  readonly secondsMax?: number
}

export interface VendorOrder {
  readonly outcome: 'ordered' | 'not_worth_it'
  readonly packs: readonly { readonly id: string; readonly packsCount: number }[]
  readonly bracket: number
  readonly listValue: number
  readonly paid: number
  /** Worth of the packs less what is paid. */
  readonly gain: number
}

const linesMax = 2000
const packsMax = 20_000
const none = Number.POSITIVE_INFINITY

/**
 * @throws Fault model_input_malformed, also where what must come does not fit | cancelled where the
 * limit ends it before an order is known
 */
export async function planVendorOrder(
  lines: readonly VendorLine[],
  terms: VendorTerms,
): Promise<VendorOrder> {
  check(lines, terms)
  const brackets = [...terms.brackets].sort((a, b) => a.fromValue - b.fromValue)
  const { program, packs: packColumns, bracketColumns } = programOf(lines, terms, brackets)
  const limits = { secondsMax: terms.secondsMax, gapRatio: 1e-6 }
  const solution = solveProgram(await loadSolver(), program, limits)
  if (solution.outcome === 'late') throw new Fault('cancelled')
  if (solution.outcome === 'impossible')
    throw new Fault('model_input_malformed', {
      field: 'lines',
      expected: 'packs that must come to reach the minimum and fit the room',
    })
  const whole = (column: number): number => Math.round(solution.values[column]!)
  const packs = lines.map(({ id }, line) => ({ id, packsCount: whole(packColumns[line]!) }))
  const bracket = bracketColumns.findIndex((column) => whole(column) === 1)
  const listValue = packs.reduce(
    (sum, { packsCount }, at) => sum + packsCount * lines[at]!.packCost,
    0,
  )
  const worth = packs.reduce((sum, { packsCount }, at) => sum + worthOf(lines[at]!, packsCount), 0)
  const own = brackets[bracket]
  const paid = own === undefined ? 0 : listValue * (1 - own.discountRatio) + own.fee
  const outcome = own === undefined ? 'not_worth_it' : 'ordered'
  return { outcome, packs, bracket, listValue, paid, gain: worth - paid }
}

function worthOf({ packValues }: VendorLine, packsCount: number): number {
  return packValues.slice(0, packsCount).reduce((sum, value) => sum + value, 0)
}

/**
 * `n` packs of a line, whole; `x` each pack, in between: as worths never rise they fill in order.
 * `v` the order's value in each bracket, `b` the bracket; no bracket, no order. A worth is a cost below 0.
 */
function programOf(
  lines: readonly VendorLine[],
  { capacities }: VendorTerms,
  brackets: readonly ValueBracket[],
) {
  const program = createProgram<Row>()
  const { rows } = program
  const mostValue = lines.reduce(
    (sum, { packCost, packValues }) => sum + packCost * packValues.length,
    0,
  )
  const packs = lines.map(({ packValues, packsMin }) => {
    const n = addColumn(program, 0, { low: packsMin, high: packValues.length, isInteger: true })
    const x = packValues.map((value) => addColumn(program, -value, { high: 1, isInteger: false }))
    rows.push({ columns: [n, ...x], values: [1, ...x.map(() => -1)], low: 0, high: 0 })
    return n
  })
  const chosen = brackets.map(({ fromValue, discountRatio, fee }) => {
    const v = addColumn(program, 1 - discountRatio, { high: mostValue, isInteger: false })
    const b = addColumn(program, fee, { high: 1, isInteger: true })
    rows.push({ columns: [v, b], values: [1, -fromValue], low: 0, high: none })
    rows.push({ columns: [v, b], values: [1, -mostValue], low: -none, high: 0 })
    return { v, b }
  })
  const costs = lines.map(({ packCost }) => packCost)
  const spent = { columns: chosen.map(({ v }) => v), values: chosen.map(() => -1) }
  rows.push({
    columns: [...packs, ...spent.columns],
    values: [...costs, ...spent.values],
    low: 0,
    high: 0,
  })
  const bracketColumns = chosen.map(({ b }) => b)
  rows.push({ columns: bracketColumns, values: chosen.map(() => 1), low: 0, high: 1 })
  for (const [kind, high] of capacities.entries())
    rows.push({ columns: packs, values: lines.map(({ room }) => room[kind]!), low: 0, high })
  return { program, packs, bracketColumns }
}

function check(lines: readonly VendorLine[], { brackets, capacities }: VendorTerms): void {
  if (lines.length === 0 || lines.length > linesMax) refuse('lines', `1 to ${linesMax} lines`)
  if (brackets.length === 0 || brackets.length > 20) refuse('brackets', '1 to 20 brackets')
  let packs = 0
  for (const [at, { packCost, packValues, packsMin, room }] of lines.entries()) {
    const field = `lines, ${at}`
    packs += packValues.length
    if (!(packCost >= 0 && Number.isFinite(packCost))) refuse(`${field}, packCost`, 'at least 0')
    if (!(Number.isInteger(packsMin) && packsMin >= 0 && packsMin <= packValues.length))
      refuse(`${field}, packsMin`, 'at most as many as have a worth')
    if (room.length !== capacities.length) refuse(`${field}, room`, `${capacities.length} numbers`)
    for (const [pack, value] of packValues.entries())
      if (
        !Number.isFinite(value) ||
        value > (packValues[pack - 1] ?? Number.POSITIVE_INFINITY) + 1e-9
      )
        refuse(`${field}, packValues`, 'finite worths that never rise')
    for (const one of room)
      if (!(one >= 0 && Number.isFinite(one))) refuse(`${field}, room`, 'at least 0')
  }
  if (packs === 0 || packs > packsMax) refuse('lines', `1 to ${packsMax} packs together`)
  for (const [at, { fromValue, discountRatio, fee }] of brackets.entries())
    if (!(fromValue >= 0 && discountRatio >= 0 && discountRatio < 1 && Number.isFinite(fee)))
      refuse(`brackets, ${at}`, 'a value of at least 0 and a discount below 1')
}
