/** Profiles: what keeps groups apart, undoing, and that the order of the records changes nothing. */
import { deepEqual, equal, notEqual, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { type ClusterRules, clusterEdges } from './cluster.ts'
import { createEncoder } from './encode.ts'
import { type LinkageInput, LinkageParameters } from './fields.ts'
import { fitLinkage, type Linked, linkRecords } from './linkage.ts'
import type { Edge } from './score.ts'
import { unmerge } from './unmerge.ts'

const recordsCount = 20

const edge = fc
  .tuple(fc.nat(recordsCount - 1), fc.nat(recordsCount - 1), fc.integer({ min: -10, max: 30 }))
  .filter(([left, right]) => left !== right)
  .map(
    ([one, other, bits]): Edge => ({
      left: Math.min(one, other),
      right: Math.max(one, other),
      bits,
    }),
  )
const edges = fc.uniqueArray(edge, {
  selector: ({ left, right }) => left * recordsCount + right,
  maxLength: 80,
})
const pair = fc
  .tuple(fc.nat(recordsCount - 1), fc.nat(recordsCount - 1))
  .filter(([left, right]) => left !== right)
const rules = fc.record({
  bitsMin: fc.constant(0),
  groupBitsMin: fc.constantFrom(-5, 0, 4),
  clusterMax: fc.integer({ min: 2, max: 8 }),
  apart: fc.array(pair, { maxLength: 5 }),
  identities: fc.array(
    fc
      .array(fc.integer({ min: -1, max: 2 }), { minLength: recordsCount, maxLength: recordsCount })
      .map((column) => Int32Array.from(column)),
    { maxLength: 2 },
  ),
})

function check(profiles: Int32Array, { clusterMax, apart = [], identities = [] }: ClusterRules) {
  const groups = Map.groupBy(profiles.keys(), (record) => profiles[record]!)
  for (const [lowest, members] of groups) {
    equal(lowest, Math.min(...members))
    ok(members.length <= clusterMax)
    for (const column of identities)
      ok(new Set(members.map((record) => column[record]!).filter((one) => one >= 0)).size <= 1)
  }
  for (const [left, right] of apart) notEqual(profiles[left], profiles[right])
}

test('no profile is too large, holds two identities, or what a person parted', () => {
  fc.assert(
    fc.property(edges, rules, (given, ruled) =>
      check(clusterEdges(recordsCount, given, ruled), ruled),
    ),
  )
})

test('after any partings the same holds, and no other profile has moved', () => {
  fc.assert(
    fc.property(edges, rules, fc.array(pair, { maxLength: 4 }), (given, ruled, partings) => {
      const profiles = clusterEdges(recordsCount, given, ruled)
      let linked: Linked = { profiles, edges: given, pairsCompared: given.length, rules: ruled }
      for (const [left, right] of partings) {
        const before = linked.profiles
        const parted = unmerge(linked, left, right)
        linked = parted.linked
        const moved = new Map(parted.moved.map((one) => [one.record, one]))
        for (const [record, profile] of before.entries()) {
          const after = linked.profiles[record]!
          if (before[left] !== before[right] || profile !== before[left]) equal(after, profile)
          deepEqual(
            moved.get(record),
            after === profile ? undefined : { record, before: profile, after },
          )
        }
      }
      check(linked.profiles, { ...ruled, apart: [...ruled.apart, ...partings] })
      equal(linked.rules.apart?.length, ruled.apart.length + partings.length)
    }),
  )
})

const parameters: LinkageInput = {
  fields: [
    { name: 'first', kind: 'text', usesFrequency: true },
    { name: 'last', kind: 'text' },
    { name: 'born', kind: 'digits' },
    { name: 'loyalty', kind: 'exact', isIdentity: true },
  ],
  crossed: [['first', 'last']],
  blocking: [['first', 'last'], ['born'], ['last:sound']],
  joinRatio: 0.6,
  clusterMax: 4,
}
const encoder = createEncoder(Buffer.alloc(32, 1), LinkageParameters.parse(parameters))

/** Few values, so that most evidence is tied. */
const person = fc.tuple(
  fc.constantFrom('', 'ann', 'anne', 'lee', 'joseph', 'josef'),
  fc.constantFrom('', 'lee', 'leigh', 'ann', 'miller'),
  fc.constantFrom('', '19700101', '19700102', '19851230'),
  fc.constantFrom('', '', '', 'L1', 'L2'),
)

test('in any order of the records the same people stand together', () => {
  const town = fc.array(person, { minLength: 2, maxLength: 25 }).chain((people) =>
    fc.record({
      people: fc.constant(people),
      order: fc.shuffledSubarray([...people.keys()], { minLength: people.length }),
    }),
  )
  fc.assert(
    fc.property(town, ({ people, order }) => {
      const records = people.map((values) => encoder.encode(values))
      const artifact = fitLinkage(records, parameters)
      const groupsOf = (places: readonly number[]) => {
        const { profiles } = linkRecords(
          artifact,
          places.map((at) => records[at]!),
          parameters,
        )
        const groups = Map.groupBy(places.keys(), (place) => profiles[place]!)
        return [...groups.values()]
          .map((members) =>
            members
              .map((place) => people[places[place]!]!.join('|'))
              .sort()
              .join(),
          )
          .sort()
      }
      deepEqual(groupsOf(order), groupsOf([...people.keys()]))
    }),
  )
})

test('what was parted is not joined by a later run that is told of it', () => {
  const same = encoder.encode(['ann', 'lee', '19700101', ''])
  const others = Array.from({ length: 40 }, (_, at) =>
    encoder.encode([
      `${'bdfgk'[at % 5]}o${'lmnr'[at % 4]}a${at}`,
      `${'stvwz'[at % 5]}e${'bkp'[at % 3]}er${at}`,
      `${1940 + at}061${at % 10}`,
      '',
    ]),
  )
  const all = [same, same, same, ...others]
  const artifact = fitLinkage(all, parameters)
  const linked = linkRecords(artifact, all, parameters)
  deepEqual([...linked.profiles.subarray(0, 4)], [0, 0, 0, 3])
  const parted = unmerge(linked, 0, 1)
  notEqual(parted.linked.profiles[0], parted.linked.profiles[1])
  const again = linkRecords(artifact, all, parameters, parted.linked.rules.apart)
  deepEqual(again.profiles, parted.linked.profiles)
})

const linked: Linked = {
  profiles: Int32Array.of(0, 0),
  edges: [{ left: 0, right: 1, bits: 5 }],
  pairsCompared: 1,
  rules: { bitsMin: 0, clusterMax: 5, groupBitsMin: 0 },
}
const refused = [
  { why: 'a record that is not there', run: () => unmerge(linked, 0, 2), field: 'right' },
  { why: 'no record', run: () => unmerge(linked, Number.NaN, 1), field: 'left' },
  { why: 'one record from itself', run: () => unmerge(linked, 1, 1), field: 'right' },
  {
    why: 'a pair below nothing',
    run: () => clusterEdges(2, [], { ...linked.rules, apart: [[-1, 1]] }),
    field: 'apart.0',
  },
  {
    why: 'the second pair, of one record',
    run: () =>
      clusterEdges(2, [], {
        ...linked.rules,
        apart: [
          [0, 1],
          [1, 1],
        ],
      }),
    field: 'apart.1',
  },
]
for (const { why, run, field } of refused)
  test(`refused: ${why}`, () =>
    throws(run, (error) => error instanceof Fault && error.detail.field === field))
