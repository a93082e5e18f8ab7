/** Records laid out for comparing: tokens by number, one Bloom encoding for each value that occurs. */
import { refuseInput } from '../inputs.ts'
import { diceLevels } from './dice.ts'
import {
  type LinkageField,
  type LinkageParameters,
  levelsCount,
  type TokenRecord,
  type View,
} from './fields.ts'

const recordsMax = 2_000_000
const words = 32
/** What `./encode.ts` makes; text that somebody forgot to encode is not taken. */
const token = /^[A-Za-z0-9+/]{22}$/

export interface LinkageTable {
  readonly recordsCount: number
  readonly fieldsCount: number
  /** Records of the first of two files, which stand first; 0 where all are of one file. */
  readonly firstCount: number
  /** `field * records + record`: the value's number, -1 where missing. */
  readonly values: Int32Array
  /** Of each field what its values are known by, by their number. */
  readonly tokens: readonly (readonly string[])[]
  /** By content, whole numbers below 2^52: the same for the same record in any order of records. */
  readonly keys: Float64Array
  /** `view` of a field as numbers by record, for blocking; -1 where missing. */
  view(field: number, view: View): Int32Array
  /** Level of two values of a field, by their numbers: 0 the same, up; -1 where one is missing. */
  level(field: number, one: number, other: number): number
}

/**
 * @param firstCount how many of the records are a first file, to be linked with those after them
 * @throws Fault model_input_malformed
 */
export function tableOf(
  { fields }: LinkageParameters,
  records: readonly TokenRecord[],
  firstCount = 0,
): LinkageTable {
  const recordsCount = records.length
  if (recordsCount > recordsMax) refuseInput('records', `at most ${recordsMax}`)
  for (const [at, record] of records.entries())
    if (record.fields?.length !== fields.length)
      refuseInput(`records.${at}`, `${fields.length} fields`)
  const values = new Int32Array(fields.length * recordsCount)
  const columns = fields.map((field, at) => {
    const exact = numbersOf(records, at, 'exact')
    values.set(exact.numbers, at * recordsCount)
    const level =
      field.kind === 'exact' ? sameOrNot : diceLevels(bloomsOf(field, records, at, exact))
    return { tokens: exact.names, level }
  })
  const views = new Map<string, Int32Array>()
  const tokens = columns.map((column) => column.tokens)
  return {
    recordsCount,
    fieldsCount: fields.length,
    firstCount,
    values,
    tokens,
    keys: keysOf(values, tokens, recordsCount),
    view(field, name) {
      if (name === 'exact') return values.subarray(field * recordsCount, (field + 1) * recordsCount)
      const known = views.get(`${field}:${name}`)
      if (known !== undefined) return known
      const { numbers } = numbersOf(records, field, name)
      views.set(`${field}:${name}`, numbers)
      return numbers
    },
    level(field, one, other) {
      if (one < 0 || other < 0) return -1
      return one === other ? 0 : columns[field]!.level(one, other)
    },
  }
}

const sameOrNot = (): number => levelsCount - 1

interface Numbered {
  readonly numbers: Int32Array
  readonly names: string[]
}

function numbersOf(records: readonly TokenRecord[], field: number, view: View): Numbered {
  const places = new Map<string, number>()
  const numbers = new Int32Array(records.length)
  for (let at = 0; at < numbers.length; at += 1) {
    const one = records[at]!.fields[field]
    if (one === null || one === undefined) {
      numbers[at] = -1
      continue
    }
    const text = one.tokens?.[view] ?? ''
    let number = places.get(text)
    if (number === undefined) {
      if (!token.test(text)) refuseInput(`records.${at}.${field}.${view}`, 'a keyed token')
      number = places.size
      places.set(text, number)
    }
    numbers[at] = number
  }
  return { numbers, names: [...places.keys()] }
}

/** `value * words`: a token has one encoding, so it is kept once and must always be the same. */
function bloomsOf(
  { name }: LinkageField,
  records: readonly TokenRecord[],
  field: number,
  { numbers, names }: Numbered,
): Uint32Array {
  const blooms = new Uint32Array(names.length * words)
  const known: (Uint32Array | undefined)[] = names.map(() => undefined)
  for (let at = 0; at < numbers.length; at += 1) {
    const value = numbers[at]!
    if (value < 0) continue
    const bloom = records[at]!.fields[field]!.bloom
    if (bloom?.length !== words) refuseInput(`records.${at}.${name}`, 'a Bloom encoding')
    const from = value * words
    const before = known[value]
    if (before === undefined) blooms.set(bloom, from)
    else if (before !== bloom)
      for (let word = 0; word < words; word += 1)
        if (blooms[from + word] !== bloom[word])
          refuseInput(`records.${at}.${name}`, 'the Bloom encoding that its token has elsewhere')
    known[value] = bloom
  }
  return blooms
}

/** Two FNV-1a sums over the tokens of a record. */
export function keysOf(
  values: Int32Array,
  tokens: readonly (readonly string[])[],
  recordsCount: number,
): Float64Array {
  const high = new Int32Array(recordsCount).fill(0x811c9dc5)
  const low = new Int32Array(recordsCount).fill(0x9e3779b9)
  for (const [field, names] of tokens.entries()) {
    const hashes = Int32Array.from(names, hashOf)
    for (let record = 0; record < recordsCount; record += 1) {
      const value = values[field * recordsCount + record]!
      const hash = value < 0 ? field : hashes[value]!
      high[record] = Math.imul(high[record]! ^ hash, 0x01000193)
      low[record] = Math.imul((low[record]! << 5) ^ (low[record]! >>> 27) ^ hash, 0x85ebca6b)
    }
  }
  return Float64Array.from(high, (part, at) => (part >>> 0) * 2 ** 20 + (low[at]! >>> 12))
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5 | 0
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
