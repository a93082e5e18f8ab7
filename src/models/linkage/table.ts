/** Records laid out for comparing: tokens by number, one Bloom encoding for each value that occurs. */
import { refuseInput } from '../inputs.ts'
import { diceLevels } from './dice.ts'
import {
  crossedFields,
  differs,
  type LinkageParameters,
  spacesOf,
  type TokenRecord,
  type View,
  viewOf,
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
  /** By place: fields of which one may hold the other's value. They share their numbers. */
  readonly crossed: readonly (readonly [number, number])[]
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
  parameters: LinkageParameters,
  records: readonly TokenRecord[],
  firstCount = 0,
): LinkageTable {
  const { fields } = parameters
  const recordsCount = records.length
  if (recordsCount > recordsMax) refuseInput('records', `at most ${recordsMax}`)
  for (const [at, record] of records.entries())
    if (record.fields?.length !== fields.length)
      refuseInput(`records.${at}`, `${fields.length} fields`)
  const spaces = spacesOf(parameters)
  const values = new Int32Array(fields.length * recordsCount)
  const tokens: string[][] = []
  const levels: ((one: number, other: number) => number)[] = []
  for (const [at, { kind }] of fields.entries()) {
    if (spaces[at] !== at) continue
    const members = fields.flatMap((_, field) => (spaces[field] === at ? [field] : []))
    const exact = numbersOf(records, members, 'exact')
    const level = kind === 'exact' ? () => differs : diceLevels(bloomsOf(records, members, exact))
    for (const [place, field] of members.entries()) {
      values.set(exact.columns[place]!, field * recordsCount)
      tokens[field] = exact.names
      levels[field] = level
    }
  }
  const views = new Map<string, Int32Array>()
  return {
    recordsCount,
    fieldsCount: fields.length,
    firstCount,
    crossed: crossedFields(parameters),
    values,
    tokens,
    keys: keysOf(values, tokens, recordsCount),
    view(field, name) {
      if (name === 'exact') return values.subarray(field * recordsCount, (field + 1) * recordsCount)
      const label = `${field}:${name}`
      if (!views.has(label)) {
        // Of crossed fields together, as far as the rules name them, for the same reason.
        const members = fields.flatMap((_, one) =>
          spaces[one] === spaces[field] && isNamed(parameters, one, name) ? [one] : [],
        )
        const { columns } = numbersOf(records, members, name)
        for (const [place, one] of members.entries()) views.set(`${one}:${name}`, columns[place]!)
      }
      return views.get(label)!
    },
    level(field, one, other) {
      if (one < 0 || other < 0) return -1
      return one === other ? 0 : levels[field]!(one, other)
    },
  }
}

function isNamed({ fields, blocking }: LinkageParameters, field: number, view: View): boolean {
  return blocking.some((rule) =>
    rule.map(viewOf).some((one) => one.name === fields[field]!.name && one.view === view),
  )
}

interface Numbered {
  /** Of each field, by record. */
  readonly columns: readonly Int32Array[]
  readonly names: string[]
}

function numbersOf(
  records: readonly TokenRecord[],
  fields: readonly number[],
  view: View,
): Numbered {
  const places = new Map<string, number>()
  const columns = fields.map((field) => {
    const numbers = new Int32Array(records.length).fill(-1)
    for (let at = 0; at < numbers.length; at += 1) {
      const one = records[at]!.fields[field]
      if (one === null || one === undefined) continue
      const text = one.tokens?.[view] ?? ''
      let number = places.get(text)
      if (number === undefined) {
        if (!token.test(text)) refuseInput(`records.${at}.${field}.${view}`, 'a keyed token')
        number = places.size
        places.set(text, number)
      }
      numbers[at] = number
    }
    return numbers
  })
  return { columns, names: [...places.keys()] }
}

/** `value * words`: a token has one encoding, so it is kept once and must always be the same. */
function bloomsOf(
  records: readonly TokenRecord[],
  fields: readonly number[],
  { columns, names }: Numbered,
): Uint32Array {
  const blooms = new Uint32Array(names.length * words)
  const known: (Uint32Array | undefined)[] = names.map(() => undefined)
  for (const [place, field] of fields.entries())
    for (const [at, value] of columns[place]!.entries()) {
      if (value < 0) continue
      const { bloom } = records[at]!.fields[field]!
      if (bloom?.length !== words) refuseInput(`records.${at}.${field}`, 'a Bloom encoding')
      const before = known[value]
      if (before === bloom) continue
      if (before === undefined) blooms.set(bloom, value * words)
      else if (before.some((word, index) => word !== bloom[index]))
        refuseInput(`records.${at}.${field}`, 'the Bloom encoding that its token has elsewhere')
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
