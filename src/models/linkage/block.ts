/** Which pairs are compared at all: those that agree on every view of some rule. */
import { Fault } from '../../base/fault.ts'
import type { LinkageParameters, View } from './fields.ts'
import type { LinkageTable } from './table.ts'

export interface Pairs {
  readonly left: Int32Array
  readonly right: Int32Array
  /** Bit by rule that found the pair. */
  readonly rules: Int32Array
}

/** What one machine compares in reasonable time. */
const pairsMax = 40_000_000

/** Each pair once, left below right, in an order that depends on the records' alone. */
export function blockPairs(parameters: LinkageParameters, table: LinkageTable): Pairs {
  const { recordsCount } = table
  const found = new Map<number, number>()
  for (const [rule, views] of parameters.blocking.entries()) {
    const keys = keysOf(parameters, table, views)
    const order = Int32Array.from({ length: recordsCount }, (_, at) => at)
      .filter((at) => keys[at]! >= 0)
      .sort((left, right) => keys[left]! - keys[right]! || left - right)
    for (let from = 0; from < order.length; ) {
      let to = from + 1
      while (to < order.length && keys[order[to]!] === keys[order[from]!]) to += 1
      if (to - from <= parameters.blockMax)
        join(found, order.subarray(from, to), recordsCount, rule)
      if (found.size > pairsMax)
        throw new Fault('model_input_malformed', {
          field: 'blocking',
          expected: `rules that give at most ${pairsMax} pairs`,
        })
      from = to
    }
  }
  const pairs = [...found.keys()].sort((left, right) => left - right)
  return {
    left: Int32Array.from(pairs, (pair) => Math.floor(pair / recordsCount)),
    right: Int32Array.from(pairs, (pair) => pair % recordsCount),
    rules: Int32Array.from(pairs, (pair) => found.get(pair)!),
  }
}

function join(found: Map<number, number>, block: Int32Array, recordsCount: number, rule: number) {
  for (let one = 0; one < block.length; one += 1)
    for (let other = one + 1; other < block.length; other += 1) {
      const pair = block[one]! * recordsCount + block[other]!
      found.set(pair, (found.get(pair) ?? 0) | (1 << (rule % 31)))
    }
}

/** A number for each combination of the views; -1 where one is missing. */
function keysOf(
  { fields }: LinkageParameters,
  table: LinkageTable,
  views: readonly string[],
): Int32Array {
  const columns = views.map((text) => {
    const [name = '', view = 'exact'] = text.split(':')
    const field = fields.findIndex((one) => one.name === name)
    if (field < 0)
      throw new Fault('model_parameters_malformed', {
        field: 'blocking',
        expected: `a field instead of ${name}`,
      })
    return table.view(field, view as View)
  })
  const places = new Map<string, number>()
  return Int32Array.from({ length: table.recordsCount }, (_, record) => {
    const parts = columns.map((column) => column[record]!)
    if (parts.some((part) => part < 0)) return -1
    const key = parts.join()
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, places.size)
    return places.size - 1
  })
}

/** Fields that a rule compares by, whose agreement among its pairs is no news. */
export function fieldsOfRule({ fields, blocking }: LinkageParameters, rule: number): Set<number> {
  const names = blocking[rule]!.map((view) => view.split(':')[0])
  return new Set(names.map((name) => fields.findIndex((one) => one.name === name)))
}
