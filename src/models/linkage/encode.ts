/** Personal values into keyed tokens and Bloom encodings, at the edge: what the hub gets of them. */
import { createHmac } from 'node:crypto'
import { Fault } from '../../base/fault.ts'
import {
  type LinkageField,
  type LinkageParameters,
  spacesOf,
  type TokenField,
  type TokenRecord,
  type View,
  viewOf,
} from './fields.ts'

const bitsCount = 1024
const positionsEach = 20
const valueMax = 500
/** Pairs of letters kept per encoder; an alphabet's worth many times over. */
const cacheMax = 200_000
/** Values kept per field, since names and towns come again: some 300 bytes each. */
const valuesMax = 5000

export interface Encoder {
  /** Values in the order of the fields; what is missing or blank is null. @throws Fault */
  encode(values: readonly (string | null | undefined)[]): TokenRecord
}

/**
 * @param key of the tenant, 16 bytes or more; the same key makes the same tokens everywhere
 * @param parameters views that no rule blocks by are not made: what nobody needs never leaves
 * @throws Fault model_input_malformed
 */
export function createEncoder(
  key: Uint8Array,
  given: Pick<LinkageParameters, 'fields' | 'blocking' | 'crossed'>,
): Encoder {
  if (key.length < 16)
    throw new Fault('model_input_malformed', { field: 'key', expected: '16 bytes or more' })
  const { fields, blocking } = given
  // Crossed fields share their label, so that a name is the same token in either.
  const labels = spacesOf(given).map((space) => fields[space]!.name)
  const views = fields.map(({ name }) => viewsNeeded(name, blocking))
  const known = fields.map(() => new Map<string, TokenField>())
  const places = new Map<string, Uint16Array>()
  const token = (purpose: string, value: string): string =>
    createHmac('sha256', key).update(`${purpose}\n${value}`).digest('base64').slice(0, 22)

  /** Two halves of one HMAC give all positions: double hashing. */
  const placesOf = (field: string, piece: string): Uint16Array => {
    const label = `${field}\n${piece}`
    const known = places.get(label)
    if (known !== undefined) return known
    const digest = createHmac('sha256', key).update(`bloom\n${label}`).digest()
    const [start, step] = [digest.readUInt32LE(0), digest.readUInt32LE(4) | 1]
    const found = Uint16Array.from(
      { length: positionsEach },
      (_, at) => (start + at * step) % bitsCount,
    )
    if (places.size >= cacheMax) places.clear()
    places.set(label, found)
    return found
  }

  const bloomOf = (kind: LinkageField['kind'], label: string, value: string): Uint32Array => {
    const bits = new Uint32Array(bitsCount / 32)
    for (const piece of piecesOf(kind, value))
      for (const place of placesOf(label, piece)) bits[place >>> 5]! |= 1 << (place & 31)
    return bits
  }

  const encodeField = (at: number, raw: string): TokenField | null => {
    const field = fields[at]!
    if (raw.length > valueMax)
      throw new Fault('model_input_malformed', {
        field: field.name,
        expected: `at most ${valueMax} characters`,
      })
    const value = normalise(field.kind, raw)
    if (value === '') return null
    const before = known[at]!.get(value)
    if (before !== undefined) return before
    const tokens: Partial<Record<View, string>> = {}
    for (const view of views[at]!)
      tokens[view] = token(`${labels[at]}:${view}`, viewOfValue[view](value))
    const { kind } = field
    const found =
      kind === 'exact' ? { tokens } : { tokens, bloom: bloomOf(kind, labels[at]!, value) }
    if (known[at]!.size >= valuesMax) known[at]!.clear()
    known[at]!.set(value, found)
    return found
  }

  return {
    encode(values) {
      if (values.length !== fields.length)
        throw new Fault('model_input_malformed', {
          field: 'values',
          expected: `${fields.length}, one for each field`,
        })
      return { fields: fields.map((_, at) => encodeField(at, values[at] ?? '')) }
    },
  }
}

/** One spelling for what people write in several ways. */
export function normalise(kind: LinkageField['kind'], value: string): string {
  const plain = value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  if (kind === 'digits') return plain.replace(/[^a-z0-9]/g, '')
  return plain.replace(/[^\p{L}\p{N}@.+]+/gu, ' ').trim()
}

/** Pairs of letters with the ends marked, or each character with its place. */
export function piecesOf(kind: LinkageField['kind'], value: string): string[] {
  if (kind === 'digits') return [...value].map((one, at) => `${at}${one}`)
  const padded = `_${value}_`
  return Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2))
}

/** Equal values are always known by `exact`; of the coarser views those that some rule names. */
function viewsNeeded(name: string, blocking: LinkageParameters['blocking']): Set<View> {
  const named = blocking.flat().map(viewOf)
  return new Set(['exact', ...named.filter((one) => one.name === name).map(({ view }) => view)])
}

export const viewOfValue: Readonly<Record<View, (value: string) => string>> = {
  exact: (value) => value,
  sound: soundOf,
  start: (value) => value.slice(0, 4),
  end: (value) => value.slice(-4),
}

/** American Soundex of the whole: the first letter and three classes of consonants. */
export function soundOf(value: string): string {
  const letters = value.replace(/[^a-z]/g, '')
  if (letters === '') return value
  const classOf = (letter: string): string => {
    const at = ['bfpv', 'cgjkqsxz', 'dt', 'l', 'mn', 'r'].findIndex((set) => set.includes(letter))
    return at < 0 ? '' : String(at + 1)
  }
  let code = ''
  let last = classOf(letters[0]!)
  for (const letter of letters.slice(1)) {
    const found = classOf(letter)
    if (found !== '' && found !== last) code += found
    if (letter !== 'h' && letter !== 'w') last = found
    if (code.length === 3) break
  }
  return (letters[0]! + code).padEnd(4, '0')
}
