/** Records as agents send them, checked: keyed tokens and Bloom encodings, and nothing else. */
import { refuseInput } from '../inputs.ts'
import { diceLevels } from './dice.ts'
import { differs, type LinkageParameters, type TokenField, type TokenRecord } from './fields.ts'
import { type LinkageTable, layTable, type Numbered } from './table.ts'

const recordsMax = 2_000_000
const words = 32
/** What `./encode.ts` makes; text that somebody forgot to encode is not taken. */
const token = /^[A-Za-z0-9+/]{22}$/

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
  if (records.length > recordsMax) refuseInput('records', `at most ${recordsMax}`)
  for (const [at, record] of records.entries())
    if (record.fields?.length !== fields.length)
      refuseInput(`records.${at}`, `${fields.length} fields`)
  const nameOf = (record: number, field: number) => `records.${record}.${fields[field]!.name}`
  return layTable(parameters, {
    recordsCount: records.length,
    firstCount,
    textOf(record, field, view) {
      const one = records[record]!.fields[field]
      if (one === null || one === undefined) return undefined
      const text = one.tokens?.[view] ?? ''
      if (!token.test(text)) refuseInput(`${nameOf(record, field)}.${view}`, 'a keyed token')
      return text
    },
    levelsOf(values) {
      if (fields[values.fields[0]!]!.kind === 'exact') return () => differs
      const fieldOf = (record: number, field: number) => records[record]!.fields[field]!
      return diceLevels(bloomsOf(values, fieldOf, nameOf))
    },
  })
}

/** `value * words`: a token has one encoding, so it is kept once and must always be the same. */
function bloomsOf(
  { fields, columns, names }: Numbered,
  fieldOf: (record: number, field: number) => TokenField,
  nameOf: (record: number, field: number) => string,
): Uint32Array {
  const blooms = new Uint32Array(names.length * words)
  const known: (Uint32Array | undefined)[] = names.map(() => undefined)
  for (const [place, field] of fields.entries()) {
    const column = columns[place]!
    for (let at = 0; at < column.length; at += 1) {
      const value = column[at]!
      if (value < 0) continue
      const { bloom } = fieldOf(at, field)
      if (bloom?.length !== words) refuseInput(nameOf(at, field), 'a Bloom encoding')
      const before = known[value]
      if (before === bloom) continue
      if (before === undefined) blooms.set(bloom, value * words)
      else if (before.some((word, index) => word !== bloom[index]))
        refuseInput(nameOf(at, field), 'the Bloom encoding that its token has elsewhere')
      known[value] = bloom
    }
  }
  return blooms
}
