/** What the hub takes: keyed tokens and encodings. All else is refused by its field. */
import { throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault, type FaultCode } from '../../base/fault.ts'
import { createEncoder } from './encode.ts'
import { type LinkageInput, LinkageParameters, type TokenRecord } from './fields.ts'
import { explainPair, fitFiles, fitLinkage, linkFiles, linkRecords } from './linkage.ts'

const parameters: LinkageInput = {
  fields: [
    { name: 'first', kind: 'text' },
    { name: 'last', kind: 'text' },
    { name: 'born', kind: 'digits' },
  ],
  blocking: [['last:sound', 'born']],
}
const encoder = createEncoder(Buffer.alloc(32, 1), LinkageParameters.parse(parameters))
const records = ['ann', 'bob', 'eve'].map((name) => encoder.encode([name, 'lee', '19700101']))
const artifact = fitLinkage(records, parameters)
const [one, two] = records as [TokenRecord, TokenRecord]
const fit =
  (...given: TokenRecord[]) =>
  () =>
    fitLinkage(given, parameters)
const having = (change: object): TokenRecord => ({
  fields: [{ ...one.fields[0]!, ...change }, one.fields[1]!, one.fields[2]!],
})
const { tokens } = one.fields[0]!

const rows: { why: string; run: () => unknown; field: string; code?: FaultCode }[] = [
  {
    why: 'a name that nobody encoded',
    run: fit(having({ tokens: { exact: 'Marguerite Oyelaran' } })),
    field: 'records.0.first.exact',
  },
  {
    why: 'an encoding of another length',
    run: fit(two, having({ bloom: new Uint32Array(16) })),
    field: 'records.1.first',
  },
  {
    why: 'one token with two encodings',
    run: fit(one, having({ bloom: two.fields[0]!.bloom })),
    field: 'records.1.first',
  },
  {
    why: 'a view that a rule needs is not there',
    run: fit({ fields: [one.fields[0]!, { ...one.fields[1]!, tokens }, one.fields[2]!] }),
    field: 'records.0.last.sound',
  },
  { why: 'too few fields', run: fit(one, { fields: [] }), field: 'records.1' },
  { why: 'a file of nobody', run: () => fitFiles([], records, parameters), field: 'first' },
  {
    why: 'an artifact of other fields',
    run: () => linkRecords({ ...artifact, m: artifact.m.slice(1) }, records, parameters),
    field: 'artifact',
  },
  {
    why: 'the same, where a pair is explained',
    run: () => explainPair({ ...artifact, frequencies: [] }, one, two, parameters),
    field: 'artifact',
  },
  {
    why: 'a parted record beyond the second file',
    run: () => linkFiles(artifact, records, records, parameters, [[0, 3]]),
    field: 'apart.0',
  },
  { why: 'too few values', run: () => encoder.encode(['ann']), field: 'values' },
  {
    why: 'a value without end',
    run: () => encoder.encode(['ann', 'x'.repeat(501), '']),
    field: 'last',
  },
  {
    why: 'a short key',
    run: () => createEncoder(Buffer.alloc(8), LinkageParameters.parse(parameters)),
    field: 'key',
  },
  {
    why: 'a rule by a field that is not there',
    run: () => fitLinkage(records, { ...parameters, blocking: [['nobody']] }),
    field: 'blocking',
    code: 'model_parameters_malformed',
  },
  {
    why: 'fields of two kinds crossed',
    run: () => fitLinkage(records, { ...parameters, crossed: [['first', 'born']] }),
    field: 'crossed.0',
    code: 'model_parameters_malformed',
  },
  {
    why: 'a field crossed twice',
    run: () =>
      fitLinkage(records, {
        ...parameters,
        crossed: [
          ['first', 'last'],
          ['last', 'first'],
        ],
      }),
    field: 'crossed.1',
    code: 'model_parameters_malformed',
  },
  {
    why: 'a chance above one',
    run: () => linkRecords(artifact, records, { ...parameters, joinRatio: 2 }),
    field: 'joinRatio',
    code: 'model_parameters_malformed',
  },
]
for (const { why, run, field, code = 'model_input_malformed' } of rows)
  test(`refused: ${why}`, () =>
    throws(
      run,
      (error) => error instanceof Fault && error.code === code && error.detail.field === field,
    ))
