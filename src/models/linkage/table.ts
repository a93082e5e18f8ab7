/** Records laid out for comparing: values by number, those of crossed fields by the same numbers. */
import { crossedFields, type LinkageParameters, spacesOf, type View, viewOf } from './fields.ts'

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

/** Values of one field, or of two crossed ones, by number. */
export interface Numbered {
  readonly fields: readonly number[]
  /** Of each of the fields, by record. */
  readonly columns: readonly Int32Array[]
  readonly names: string[]
}

export interface Source {
  readonly recordsCount: number
  readonly firstCount: number
  /** What is equal when two values are; undefined where missing. */
  textOf(record: number, field: number, view: View): string | undefined
  /** Levels of two different values, 1 and up. */
  levelsOf(values: Numbered): (one: number, other: number) => number
}

/** @throws Fault model_parameters_malformed */
export function layTable(parameters: LinkageParameters, source: Source): LinkageTable {
  const { fields } = parameters
  const { recordsCount, firstCount } = source
  const spaces = spacesOf(parameters)
  const membersOf = (field: number): number[] =>
    fields.flatMap((_, one) => (spaces[one] === spaces[field] ? [one] : []))
  const values = new Int32Array(fields.length * recordsCount)
  const tokens: string[][] = []
  const levels: ((one: number, other: number) => number)[] = []
  for (const at of new Set(spaces)) {
    const numbered = numbersOf(source, membersOf(at), 'exact')
    const level = source.levelsOf(numbered)
    for (const [place, field] of numbered.fields.entries()) {
      values.set(numbered.columns[place]!, field * recordsCount)
      tokens[field] = numbered.names
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
        const members = membersOf(field).filter((one) => isNamed(parameters, one, name))
        const { columns } = numbersOf(source, members, name)
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
  const named = blocking.flat().map(viewOf)
  return named.some((one) => one.name === fields[field]!.name && one.view === view)
}

function numbersOf(source: Source, fields: readonly number[], view: View): Numbered {
  const places = new Map<string, number>()
  const columns = fields.map((field) => {
    const numbers = new Int32Array(source.recordsCount).fill(-1)
    for (let at = 0; at < numbers.length; at += 1) {
      const text = source.textOf(at, field, view)
      if (text === undefined) continue
      let number = places.get(text)
      if (number === undefined) {
        number = places.size
        places.set(text, number)
      }
      numbers[at] = number
    }
    return numbers
  })
  return { fields, columns, names: [...places.keys()] }
}

/** Two FNV-1a sums over what the values of a record are known by. */
function keysOf(
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
