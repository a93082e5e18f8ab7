/**
 * One order to a vendor for many lines: minimums, price brackets by the order's value, a lorry's room.
 * These tie the lines together, so that the best pack for each is not the best order: a mixed-integer
 * program, solved by HiGHS.
 */
import { Fault } from '../../base/fault.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { solveProgram } from './solver.ts'

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

/** @throws Fault model_input_malformed, also where what must come does not fit */
export async function planVendorOrder(
  lines: readonly VendorLine[],
  terms: VendorTerms,
): Promise<VendorOrder> {
  check(lines, terms)
  const brackets = [...terms.brackets].sort((a, b) => a.fromValue - b.fromValue)
  const answer = await solveProgram(programOf(lines, terms, brackets), terms.secondsMax ?? 5)
  if (answer === undefined)
    throw new Fault('model_input_malformed', {
      field: 'lines',
      expected: 'packs that must come to reach the minimum and fit the room',
    })
  const packs = lines.map(({ id }, line) => ({ id, packsCount: Math.round(answer(`n${line}`)) }))
  const bracket = brackets.findIndex((_, at) => Math.round(answer(`b${at}`)) === 1)
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
 * `v` the order's value in each bracket, `b` the bracket; no bracket, no order.
 */
function programOf(
  lines: readonly VendorLine[],
  { capacities }: VendorTerms,
  brackets: readonly ValueBracket[],
): string {
  const terms: string[] = []
  const rows: string[] = []
  const bounds: string[] = []
  const mostValue = lines.reduce(
    (sum, { packCost, packValues }) => sum + packCost * packValues.length,
    0,
  )
  for (const [line, { packValues, packsMin }] of lines.entries()) {
    for (const [pack, value] of packValues.entries()) {
      terms.push(signed(value, `x${line}_${pack}`))
      bounds.push(`0 <= x${line}_${pack} <= 1`)
    }
    const all = packValues.map((_, pack) => `- x${line}_${pack}`).join('\n')
    rows.push(`n${line}\n${all} = 0`)
    bounds.push(`${packsMin} <= n${line} <= ${packValues.length}`)
  }
  const values = brackets.map((_, at) => `- v${at}`).join('\n')
  rows.push(
    `${lines.map(({ packCost }, line) => signed(packCost, `n${line}`)).join('\n')}\n${values} = 0`,
  )
  for (const [at, { fromValue, discountRatio, fee }] of brackets.entries()) {
    terms.push(signed(-(1 - discountRatio), `v${at}`), signed(-fee, `b${at}`))
    rows.push(`v${at}\n${signed(-fromValue, `b${at}`)} >= 0`)
    rows.push(`v${at}\n${signed(-mostValue, `b${at}`)} <= 0`)
    bounds.push(`0 <= v${at} <= ${mostValue}`)
  }
  rows.push(`${brackets.map((_, at) => `+ b${at}`).join('\n')} <= 1`)
  for (const [kind, most] of capacities.entries()) {
    const used = lines.map(({ room }, line) => signed(room[kind]!, `n${line}`))
    rows.push(`${used.join('\n')} <= ${most}`)
  }
  return [
    'Maximize',
    `obj: ${terms.join('\n')}`,
    'Subject To',
    ...rows.map((row, at) => `r${at}: ${row}`),
    'Bounds',
    ...bounds,
    'Generals',
    lines.map((_, line) => `n${line}`).join('\n'),
    'Binaries',
    brackets.map((_, at) => `b${at}`).join('\n'),
    'End',
  ].join('\n')
}

function signed(value: number, name: string): string {
  return `${value < 0 ? '-' : '+'} ${Math.abs(value)} ${name}`
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
