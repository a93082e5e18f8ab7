/** Records laid out for comparing: tokens by number, Bloom encodings in one array. */
import { Fault } from '../../base/fault.ts'
import { type LinkageParameters, levelFloors, type TokenRecord, type View } from './fields.ts'

const words = 32
const recordsMax = 2_000_000

export interface LinkageTable {
  readonly recordsCount: number
  readonly fieldsCount: number
  /** `field * records + record`: the token's number, -1 where missing. */
  readonly values: Int32Array
  /** Tokens of each field by their number. */
  readonly tokens: readonly (readonly string[])[]
  /** `view` of a field as numbers, for blocking. */
  view(field: number, view: View): Int32Array
  /** Level of a pair in a field: 0 the same, up; -1 missing. */
  level(field: number, left: number, right: number): number
}

/** @throws Fault model_input_malformed */
export function tableOf(
  { fields }: LinkageParameters,
  records: readonly TokenRecord[],
): LinkageTable {
  const recordsCount = records.length
  if (recordsCount > recordsMax) refuse('records', `at most ${recordsMax}`)
  const fieldsCount = fields.length
  const values = new Int32Array(fieldsCount * recordsCount).fill(-1)
  const blooms = fields.map(({ kind }) =>
    kind === 'exact' ? undefined : new Uint32Array(recordsCount * words),
  )
  const weights = fields.map(() => new Uint16Array(recordsCount))
  for (const [at, record] of records.entries()) {
    if (record.fields.length !== fieldsCount) refuse(`records.${at}`, `${fieldsCount} fields`)
    for (const [field, one] of record.fields.entries()) {
      const bloom = blooms[field]
      if (one === null || bloom === undefined) continue
      if (one.bloom?.length !== words) refuse(`records.${at}.${field}`, 'a Bloom encoding')
      bloom.set(one.bloom, at * words)
      weights[field]![at] = onesIn(one.bloom, 0)
    }
  }
  const view = (field: number, name: View): Int32Array =>
    numbersOf(records.map((record) => record.fields[field]?.tokens[name])).numbers
  const tokens = fields.map((_, field) => {
    const found = numbersOf(records.map((record) => record.fields[field]?.tokens.exact))
    values.set(found.numbers, field * recordsCount)
    return found.names
  })
  return {
    recordsCount,
    fieldsCount,
    values,
    tokens,
    view,
    level(field, left, right) {
      const one = values[field * recordsCount + left]!
      const other = values[field * recordsCount + right]!
      if (one < 0 || other < 0) return -1
      if (one === other) return 0
      const bloom = blooms[field]
      if (bloom === undefined) return levelFloors.length + 1
      let common = 0
      for (let word = 0; word < words; word += 1)
        common += ones(bloom[left * words + word]! & bloom[right * words + word]!)
      const dice = (2 * common) / (weights[field]![left]! + weights[field]![right]!)
      const found = levelFloors.findIndex((floor) => dice >= floor)
      return found < 0 ? levelFloors.length + 1 : found + 1
    },
  }
}

function numbersOf(texts: readonly (string | undefined)[]): {
  numbers: Int32Array
  names: string[]
} {
  const places = new Map<string, number>()
  const numbers = Int32Array.from(texts, (text) => {
    if (text === undefined) return -1
    const known = places.get(text)
    if (known !== undefined) return known
    places.set(text, places.size)
    return places.size - 1
  })
  return { numbers, names: [...places.keys()] }
}

function onesIn(bits: Uint32Array, from: number): number {
  let count = 0
  for (let word = from; word < from + words; word += 1) count += ones(bits[word]!)
  return count
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
