/** Fellegi and Sunter's weights: an example worked by hand, and a mixture that is known found again. */
import { ok } from 'node:assert/strict'
import test from 'node:test'
import { createEncoder } from './encode.ts'
import { differs, type LinkageInput, LinkageParameters, levelsCount } from './fields.ts'
import { explainPair, fitLinkage, type LinkageArtifact } from './linkage.ts'
import { chanceOf } from './score.ts'
import { maximise } from './weights.ts'

const near = (one: number, other: number, within: number) =>
  ok(Math.abs(one - other) <= within, `${one} is not ${other}`)

const parameters: LinkageInput = {
  fields: [
    { name: 'surname', kind: 'exact', usesFrequency: true },
    { name: 'town', kind: 'exact' },
  ],
  blocking: [['surname']],
}
const encoder = createEncoder(Buffer.alloc(32, 1), LinkageParameters.parse(parameters))

/** Shares of the same and of different; the levels between do not occur in exact fields. */
function shares(...pairs: readonly (readonly [number, number])[]): Float64Array {
  const found = new Float64Array(pairs.length * levelsCount).fill(1e-9)
  for (const [field, [same, different]] of pairs.entries()) {
    found[field * levelsCount] = same
    found[field * levelsCount + differs] = different
  }
  return found
}

const smith = encoder.encode(['smith', null]).fields[0]!.tokens.exact!
const artifact: LinkageArtifact = {
  m: shares([0.9, 0.1], [0.8, 0.2]),
  u: shares([0.01, 0.99], [0.1, 0.9]),
  // Odds of 1 in 100 before anything is compared.
  matchRatio: 1 / 101,
  recordsCount: 1000,
  // 50 of 1,000 are called Smith; nobody else is counted, and so is at 2 of 1,000.
  frequencies: [
    {
      tokens: [smith, encoder.encode(['lee', null]).fields[0]!.tokens.exact!],
      counts: Int32Array.of(50, 10),
    },
    { tokens: [], counts: new Int32Array(0) },
  ],
}

const rows = [
  // 1/100 * 0.9/0.01 * 0.8/0.1 = 7.2: ten of 1,000 are Lee, as many as strangers agree.
  { why: 'both the same', one: ['lee', 'bath'], other: ['lee', 'bath'], odds: 7.2 },
  // 1/100 * 90 * 0.2/0.9 = 0.2
  { why: 'another town', one: ['lee', 'bath'], other: ['lee', 'york'], odds: 0.2 },
  // 1/100 * 0.1/0.99 * 8
  {
    why: 'another surname',
    one: ['lee', 'bath'],
    other: ['may', 'bath'],
    odds: 0.08 * (0.1 / 0.99),
  },
  // 1/100 * 0.9/0.05 * 8 = 1.44
  { why: 'a common surname', one: ['smith', 'bath'], other: ['smith', 'bath'], odds: 1.44 },
  // 1/100 * 0.9/0.002 * 8 = 36
  { why: 'a surname never seen', one: ['oyelaran', 'bath'], other: ['oyelaran', 'bath'], odds: 36 },
  // 1/100 * 90
  { why: 'no town', one: ['lee', ''], other: ['lee', 'bath'], odds: 0.9 },
]
for (const { why, one, other, odds } of rows)
  test(`by hand: ${why}`, () => {
    const pair = [one, other].map((values) => encoder.encode(values))
    const { base, factors } = explainPair(artifact, pair[0]!, pair[1]!, parameters)
    const bits = factors.reduce((sum, { weight }) => sum + weight, base)
    near(bits, Math.log2(odds), 1e-5)
    near(chanceOf({ bits }), odds / (1 + odds), 1e-5)
  })

test('of a mixture that is known, expectation and maximisation finds what it was made of', () => {
  const [m, u, ratio] = [[0.9, 0.8, 0.7], [0.05, 0.2, 0.1], 0.3]
  const levels: number[] = []
  const counts: number[] = []
  for (let agreed = 0; agreed < 8; agreed += 1) {
    const same = [0, 1, 2].map((field) => ((agreed >> field) & 1) === 1)
    const chance = (of: readonly number[]) =>
      same.reduce((product, is, field) => product * (is ? of[field]! : 1 - of[field]!), 1)
    levels.push(...same.map((is) => (is ? 0 : differs)))
    counts.push(1e7 * (ratio * chance(m) + (1 - ratio) * chance(u)))
  }
  const strangers = shares(...u.map((same) => [same, 1 - same] as const))
  const found = maximise(
    { levels: Int8Array.from(levels) },
    Float64Array.from(counts),
    strangers,
    new Set(),
  )
  for (const [field, same] of m.entries()) near(found[field * levelsCount]!, same, 0.01)
})

test('a skipped field is no evidence, and is told of all the same', () => {
  const u = shares([0.1, 0.9], [0.1, 0.9])
  const levels = Int8Array.of(0, 0, 0, differs)
  const found = maximise({ levels }, Float64Array.of(900, 100), u, new Set([0]))
  ok(found[0]! > 0.99)
  ok(found[levelsCount]! > 0.9)
})

test('in another order of the records the same is learned', () => {
  const records = Array.from({ length: 300 }, (_, at) =>
    encoder.encode([`name${at % 120}`, `town${at % 7}`]),
  )
  const [one, other] = [records, records.toReversed()].map((each) => fitLinkage(each, parameters))
  for (const [at, share] of one!.m.entries()) near(share, other!.m[at]!, 1e-9)
  for (const [at, share] of one!.u.entries()) near(share, other!.u[at]!, 1e-12)
  near(one!.matchRatio, other!.matchRatio, 1e-9)
})
