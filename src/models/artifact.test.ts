/** A signed artifact comes back as it went, and nothing that was touched comes back at all. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { Fault, type FaultCode } from '../base/fault.ts'
import { type ArtifactEnvelope, keyIdOf, openArtifact, signArtifact } from './artifact.ts'
import { defineModel } from './model.ts'
import { float64s, int32s } from './packed.ts'

const model = defineModel({
  id: 'line',
  version: 2,
  title: 'A line through points',
  parameters: z.strictObject({ decay: z.number() }),
  artifact: z.strictObject({ weights: float64s, counts: int32s, label: z.string() }),
  fit: (points: number[]) => points.length,
  predict: (artifact: { weights: Float64Array }, x: number) => (artifact.weights[0] ?? 0) * x,
  explain: () => ({ base: 0, factors: [] }),
})

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const trusted: ReadonlyMap<string, KeyObject> = new Map([[keyIdOf(publicKey), publicKey]])
const content = {
  createdAt: '2026-03-01T00:00:00.000Z',
  trainedOn: { source: 'sales', through: '2026-02-28T00:00:00.000Z', rowsCount: 10 },
  parameters: { decay: 0.9 },
  artifact: {
    weights: Float64Array.of(1.5, -2, Number.NaN),
    counts: Int32Array.of(7),
    label: 'ü',
  },
}
const signed = signArtifact(model, content, privateKey)

function refuses(code: FaultCode, act: () => unknown): void {
  throws(act, (error) => error instanceof Fault && error.code === code)
}

test('what went in comes out, through JSON text', () => {
  fc.assert(
    fc.property(
      fc.float64Array(),
      fc.int32Array(),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
      (weights, counts, label, decay) => {
        const given = { ...content, parameters: { decay }, artifact: { weights, counts, label } }
        const text = JSON.stringify(signArtifact(model, given, privateKey))
        deepEqual(openArtifact(JSON.parse(text), trusted, model), given)
      },
    ),
    { numRuns: 50 },
  )
})

test('a changed character anywhere is found', () => {
  const text = JSON.stringify(signed)
  fc.assert(
    fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(...'0aZ"}+ '), (at, sign) => {
      if (text[at] === sign) return
      let changed: unknown
      try {
        changed = JSON.parse(text.slice(0, at) + sign + text.slice(at + 1))
      } catch {
        return
      }
      if (JSON.stringify(changed) === text) return
      throws(() => openArtifact(changed, trusted, model), Fault)
    }),
    { numRuns: 300 },
  )
})

const tampered: { why: string; code: FaultCode; change: Partial<ArtifactEnvelope> }[] = [
  { why: 'another value', code: 'artifact_signature_wrong', change: { parameters: { decay: 1 } } },
  { why: 'another name', code: 'artifact_signature_wrong', change: { model: 'line@3' } },
  {
    why: 'another time',
    code: 'artifact_signature_wrong',
    change: { createdAt: '2026-03-02T00:00:00.000Z' },
  },
  { why: 'a key nobody trusts', code: 'artifact_key_unknown', change: { keyId: '0'.repeat(32) } },
  { why: 'no signature at all', code: 'artifact_malformed', change: { signature: '' } },
]
for (const { why, code, change } of tampered)
  test(`refuses ${why}`, () =>
    refuses(code, () => openArtifact({ ...signed, ...change }, trusted, model)))

test('a genuine artifact of another version is not run', () => {
  const newer = { ...model, name: 'line@3' }
  refuses('artifact_of_other_model', () => openArtifact(signed, trusted, newer))
})

test('a genuine artifact that does not fit its schema is not run', () => {
  const stricter = { ...model, artifact: model.artifact.extend({ label: z.literal('other') }) }
  refuses('artifact_malformed', () => openArtifact(signed, trusted, stricter))
})

test('signed by someone else under our key id', () => {
  const other = generateKeyPairSync('ed25519')
  const forged = { ...signArtifact(model, content, other.privateKey), keyId: signed.keyId }
  refuses('artifact_signature_wrong', () => openArtifact(forged, trusted, model))
})

test('what JSON cannot hold is not signed', () => {
  refuses('model_parameters_malformed', () =>
    signArtifact(model, { ...content, parameters: { decay: Number.NaN } }, privateKey),
  )
})

const texts = [
  { why: 'what is no base64', text: 'f64:!!!!' },
  { why: 'half a number', text: 'f64:AAAA' },
  { why: 'numbers of another kind', text: 'f32:AAAAAA==' },
]
for (const { why, text } of texts)
  test(`a packed array refuses ${why}`, () => equal(float64s.safeParse(text).success, false))

test('the name says id and version', () => equal(model.name, 'line@2'))
