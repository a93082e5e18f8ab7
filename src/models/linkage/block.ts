/** Which pairs are compared at all: those that agree on every view of some rule, each pair once. */
import { Fault } from '../../base/fault.ts'
import { type LinkageParameters, viewOf } from './fields.ts'
import type { LinkageTable } from './table.ts'

export interface Pairs {
  readonly count: number
  /** The lower record; with two files the one of the first. */
  readonly left: Int32Array
  readonly right: Int32Array
  isFoundBy(rule: number, left: number, right: number): boolean
}

/** What one machine compares in reasonable time. */
const pairsMax = 40_000_000
/** Pairs seen, those of several rules several times. */
const seenMax = 1_000_000_000

/** @throws Fault model_parameters_malformed | model_input_malformed */
export function blockPairs(parameters: LinkageParameters, table: LinkageTable): Pairs {
  const { recordsCount, firstCount } = table
  const rulesCount = parameters.blocking.length
  // `record * rules + rule`, since a pair asks for all rules of its two records.
  const keys = new Int32Array(recordsCount * rulesCount)
  const isFoundBy = (rule: number, left: number, right: number): boolean => {
    const key = keys[left * rulesCount + rule]!
    return key >= 0 && key === keys[right * rulesCount + rule]!
  }
  const isFoundBefore = (rule: number, left: number, right: number): boolean => {
    const [one, other] = [left * rulesCount, right * rulesCount]
    for (let before = 0; before < rule; before += 1)
      if (keys[one + before]! >= 0 && keys[one + before] === keys[other + before]) return true
    return false
  }
  const found = growingPairs()
  let seen = 0
  for (const [rule, views] of parameters.blocking.entries()) {
    const { numbers, count } = numbersOf(parameters, table, views)
    const { starts, order } = inBlocks(numbers, count)
    for (let block = 0; block < count; block += 1) {
      const [from, to] = [starts[block]!, starts[block + 1]!]
      const isKept = to - from > 1 && to - from <= parameters.blockMax
      for (let at = from; at < to; at += 1)
        keys[order[at]! * rulesCount + rule] = isKept ? block : -1
      if (!isKept) continue
      seen += ((to - from) * (to - from - 1)) / 2
      if (seen > seenMax || found.count() > pairsMax) refuse('blocking', tooMany)
      for (let one = from; one < to; one += 1) {
        const left = order[one]!
        if (firstCount > 0 && left >= firstCount) break
        for (let other = one + 1; other < to; other += 1) {
          const right = order[other]!
          if (right < firstCount || isFoundBefore(rule, left, right)) continue
          found.push(left, right)
        }
      }
    }
    for (let record = 0; record < recordsCount; record += 1)
      if (numbers[record]! < 0) keys[record * rulesCount + rule] = -1
  }
  return { ...found.pairs(), isFoundBy }
}

const tooMany = `rules that give at most ${pairsMax} pairs`

function growingPairs() {
  let [left, right] = [new Int32Array(1024), new Int32Array(1024)]
  let count = 0
  const grown = (from: Int32Array) => {
    const to = new Int32Array(from.length * 2)
    to.set(from)
    return to
  }
  return {
    count: () => count,
    push(one: number, other: number) {
      if (count === left.length) [left, right] = [grown(left), grown(right)]
      left[count] = one
      right[count] = other
      count += 1
    },
    pairs: () => ({ count, left: left.subarray(0, count), right: right.subarray(0, count) }),
  }
}

/** Records block by block, rising within each; those without a number are left out. */
function inBlocks(numbers: Int32Array, count: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(count + 1)
  for (const number of numbers) if (number >= 0) starts[number + 1]! += 1
  for (let block = 0; block < count; block += 1) starts[block + 1]! += starts[block]!
  const next = starts.slice()
  const order = new Int32Array(starts[count]!)
  for (let record = 0; record < numbers.length; record += 1) {
    const number = numbers[record]!
    if (number < 0) continue
    order[next[number]!] = record
    next[number]! += 1
  }
  return { starts, order }
}

/** A number for each combination of the views; -1 where one is missing. */
function numbersOf(
  { fields }: LinkageParameters,
  table: LinkageTable,
  views: readonly string[],
): { numbers: Int32Array; count: number } {
  const named = views.map((text) => {
    const { name, view } = viewOf(text)
    const field = fields.findIndex((one) => one.name === name)
    if (field < 0)
      throw new Fault('model_parameters_malformed', {
        field: 'blocking',
        expected: `a field instead of ${name}`,
      })
    return { field, view, column: table.view(field, view) }
  })
  for (const [one, other] of table.crossed) {
    const [first, second] = [one, other].map((at) => named.find(({ field }) => field === at))
    if (first === undefined || second === undefined || first.view !== second.view) continue
    const { column } = first
    first.column = column.map((value, at) => Math.min(value, second.column[at]!))
    second.column = second.column.map((value, at) => Math.max(value, column[at]!))
  }
  return combined(
    named.map(({ column }) => column),
    table.recordsCount,
  )
}

function combined(columns: readonly Int32Array[], recordsCount: number) {
  const numbers = new Int32Array(recordsCount)
  let count = 1
  for (const column of columns) {
    const places = new Map<number, number>()
    for (let record = 0; record < recordsCount; record += 1) {
      const [one, other] = [numbers[record]!, column[record]!]
      if (one < 0 || other < 0) {
        numbers[record] = -1
        continue
      }
      // Both below two fields of 2,000,000 records: the product stays a whole number.
      const key = one * 4_194_304 + other
      let place = places.get(key)
      if (place === undefined) {
        place = places.size
        places.set(key, place)
      }
      numbers[record] = place
    }
    count = places.size
  }
  return { numbers, count }
}

/** Fields that a rule compares by, whose agreement among its pairs is no news. */
export function fieldsOfRule({ fields, blocking }: LinkageParameters, rule: number): Set<number> {
  const names = blocking[rule]!.map((text) => viewOf(text).name)
  return new Set(names.map((name) => fields.findIndex((one) => one.name === name)))
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
