/** Two files: one to one, the surest first, and nothing that identities or people keep apart. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createEncoder } from './encode.ts'
import { type LinkageInput, LinkageParameters } from './fields.ts'
import { fitFiles, linkFiles } from './linkage.ts'
import { matchEdges } from './match.ts'

const [firstCount, secondCount] = [8, 10]
const edges = fc.uniqueArray(
  fc.record({
    left: fc.nat(firstCount - 1),
    right: fc.integer({ min: firstCount, max: firstCount + secondCount - 1 }),
    bits: fc.integer({ min: -5, max: 12 }),
  }),
  { selector: ({ left, right }) => `${left} ${right}`, maxLength: 50 },
)
const identity = fc
  .array(fc.integer({ min: -1, max: 3 }), {
    minLength: firstCount + secondCount,
    maxLength: firstCount + secondCount,
  })
  .map((column) => Int32Array.from(column))
const apart = fc.array(
  fc.tuple(fc.nat(firstCount - 1), fc.integer({ min: firstCount, max: firstCount + 3 })),
  { maxLength: 4 },
)

test('one to one, within the rules, and no two would both rather have each other', () => {
  fc.assert(
    fc.property(edges, identity, apart, (given, column, parted) => {
      const rules = { bitsMin: 0, identities: [column], apart: parted }
      const matches = matchEdges(firstCount, secondCount, given, rules)
      const taken = [...matches].filter((place) => place >= 0)
      equal(new Set(taken).size, taken.length)
      const bitsOf = (left: number, right: number) =>
        given.find((edge) => edge.left === left && edge.right === right)?.bits
      for (const [left, place] of matches.entries())
        if (place >= 0) ok(bitsOf(left, place + firstCount)! >= 0)
      for (const { left, right, bits } of given) {
        const isApart = parted.some(([one, other]) => one === left && other === right)
        const isConflict =
          column[left]! >= 0 && column[right]! >= 0 && column[left] !== column[right]
        const isMatched = matches[left] === right - firstCount
        if (isApart || isConflict) ok(!isMatched)
        else if (bits >= 0 && !isMatched) {
          const mine = matches[left]! < 0 ? -1 : bitsOf(left, matches[left]! + firstCount)!
          const theirs = matches.indexOf(right - firstCount)
          ok(mine >= bits || (theirs >= 0 && bitsOf(theirs, right)! >= bits))
        }
      }
    }),
  )
})

const parameters: LinkageInput = {
  fields: [
    { name: 'first', kind: 'text', usesFrequency: true },
    { name: 'last', kind: 'text', usesFrequency: true },
    { name: 'born', kind: 'digits' },
  ],
  crossed: [['first', 'last']],
  blocking: [
    ['first', 'last'],
    ['born', 'last:sound'],
    ['born', 'first:sound'],
  ],
  joinRatio: 0.5,
}
const encoder = createEncoder(Buffer.alloc(32, 1), LinkageParameters.parse(parameters))
const people = Array.from({ length: 60 }, (_, at) => [
  `${'bcdfgklmnp'[at % 10]}ar${'aeiou'[at % 5]}n${at % 7}`,
  `${'stvwz'[at % 5]}o${'bdgkl'[at % 6 === 5 ? 0 : at % 6]}er${at % 11}`,
  `19${50 + (at % 40)}0${1 + (at % 9)}1${at % 10}`,
])
const first = people.slice(0, 40).map((values) => encoder.encode(values))

test('people with a slip, or their names crossed, are found in the other file', () => {
  const second = people.slice(20).map(([one = '', two = '', born = ''], at) => {
    if (at % 3 === 0) return encoder.encode([two, one, born])
    return encoder.encode([at % 3 === 1 ? one : `${one}x`, two, born])
  })
  const artifact = fitFiles(first, second, parameters)
  const { matches, pairsCompared } = linkFiles(artifact, first, second, parameters)
  ok(pairsCompared >= 20)
  for (const [at, place] of matches.entries()) equal(place, at < 20 ? -1 : at - 20, String(at))
  const parted = linkFiles(artifact, first, second, parameters, [[20, 0]])
  deepEqual(
    [...parted.matches],
    [...matches].map((place) => (place === 0 ? -1 : place)),
  )
})

test('a person who stands twice in a file is linked once', () => {
  const second = [...first, ...first]
  const { matches } = linkFiles(fitFiles(first, second, parameters), first, second, parameters)
  const taken = [...matches].filter((place) => place >= 0)
  equal(new Set(taken).size, taken.length)
})
