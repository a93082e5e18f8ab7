/** Linkage on tokens: encodings, weights found without labels, groups with their rules, and undoing. */
import { deepEqual, equal, notEqual, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { createEncoder, normalise, piecesOf, soundOf } from './encode.ts'
import { type LinkageInput, LinkageParameters, type TokenRecord } from './fields.ts'
import { explainPair, fitLinkage, linkRecords } from './linkage.ts'
import { chanceOf } from './score.ts'
import { tableOf } from './tokens.ts'

const parameters: LinkageInput = {
  fields: [
    { name: 'first', kind: 'text', usesFrequency: true },
    { name: 'last', kind: 'text', usesFrequency: true },
    { name: 'born', kind: 'digits' },
    { name: 'town', kind: 'text' },
    { name: 'loyalty', kind: 'exact', isIdentity: true },
  ],
  blocking: [
    ['last:sound', 'born'],
    ['first', 'last'],
    ['born', 'town'],
  ],
  joinRatio: 0.9,
}
const parsed = LinkageParameters.parse(parameters)
const key = Buffer.alloc(32, 1)
const encoder = createEncoder(key, parsed)

/** Named people, each seen once to three times with a slip now and then. */
function drawn(peopleCount: number, seed: number) {
  const random = createRandom(seed)
  const word = (length: number) =>
    Array.from({ length }, () => 'abcdefghiklmnoprstuw'[random.below(20)]).join('')
  const [firsts, lasts, towns] = [80, 300, 40].map((count) =>
    Array.from({ length: count }, () => word(5 + random.below(4))),
  ) as [string[], string[], string[]]
  const slip = (text: string): string => {
    if (random.next() > 0.12 || text.length < 3) return text
    const at = random.below(text.length - 1)
    return text.slice(0, at) + text.slice(at + 1)
  }
  const values: string[][] = []
  const truth: number[] = []
  for (let person = 0; person < peopleCount; person += 1) {
    const [first, last, town] = [firsts, lasts, towns].map(
      (list) => list[random.below(list.length)]!,
    )
    const born = `${1940 + random.below(60)}${10 + random.below(3)}${10 + random.below(19)}`
    for (let copy = 0; copy <= random.below(3); copy += 1) {
      truth.push(person)
      values.push([slip(first!), slip(last!), slip(born), random.next() < 0.2 ? '' : town!, ''])
    }
  }
  return { values, truth }
}

const { values, truth } = drawn(500, 3)
const records = values.map((one) => encoder.encode(one))
const artifact = fitLinkage(records, parameters)
const linked = linkRecords(artifact, records, parameters)

function agreement(profiles: ArrayLike<number>): { precision: number; recall: number } {
  let [both, ours, theirs] = [0, 0, 0]
  for (let left = 0; left < truth.length; left += 1)
    for (let right = left + 1; right < truth.length; right += 1) {
      const [found, same] = [profiles[left] === profiles[right], truth[left] === truth[right]]
      both += found && same ? 1 : 0
      ours += found ? 1 : 0
      theirs += same ? 1 : 0
    }
  return { precision: both / ours, recall: both / theirs }
}

test('people are found again without labels', () => {
  const { precision, recall } = agreement(linked.profiles)
  ok(precision > 0.97, `precision ${precision}`)
  ok(recall > 0.75, `recall ${recall}`)
})

test('in another order the same profiles come out', () => {
  const order = createRandom(9).shuffle([...records.keys()])
  const mixed = linkRecords(
    artifact,
    order.map((at) => records[at]!),
    parameters,
  )
  const names = new Map(order.map((at, place) => [at, mixed.profiles[place]!]))
  const pair = (one: number, other: number) => [
    linked.profiles[one] === linked.profiles[other],
    names.get(one) === names.get(other),
  ]
  for (let at = 1; at < records.length; at += 1) {
    const [before, after] = pair(at - 1, at)
    equal(before, after, String(at))
  }
})

test('nothing that was put in can be read in what comes out', () => {
  const text = JSON.stringify(encoder.encode(['Marguerite', 'Oyelaran', '19701231', 'Leeds', 'L7']))
  for (const secret of ['marguerite', 'oyelaran', '1970', 'leeds'])
    ok(!text.toLowerCase().includes(secret), secret)
})

test('another key makes other tokens', () => {
  const other = createEncoder(Buffer.alloc(32, 2), parsed)
  const [one, two] = [encoder, other].map((each) => each.encode(['Ann', 'Lee', '1970', 'Bath', '']))
  notEqual(one!.fields[0]!.tokens.exact, two!.fields[0]!.tokens.exact)
  notEqual(String(one!.fields[0]!.bloom), String(two!.fields[0]!.bloom))
  throws(() => createEncoder(Buffer.alloc(8), parsed), Fault)
})

test('one spelling for several', () => {
  equal(normalise('text', ' Zoë  O’Neil '), 'zoe o neil')
  equal(normalise('digits', '1971-06-24'), '19710624')
  deepEqual(piecesOf('text', 'ann'), ['_a', 'an', 'nn', 'n_'])
  deepEqual(piecesOf('digits', '71'), ['07', '11'])
  deepEqual(['robert', 'rupert', 'tymczak', 'pfister', 'honeyman'].map(soundOf), [
    'r163',
    'r163',
    't522',
    'p236',
    'h555',
  ])
})

test('a slip is alike, another name differs, nothing is no evidence', () => {
  const pair = (one: string, other: string) => {
    const two = [one, other].map((first) => encoder.encode([first, 'x', '', '', '']))
    const table = tableOf(LinkageParameters.parse(parameters), two)
    return table.level(0, table.values[0]!, table.values[1]!)
  }
  equal(pair('Katherine', 'KATHERINE'), 0)
  ok([1, 2, 3].includes(pair('Katherine', 'Katherin')))
  equal(pair('Katherine', 'Bob'), 5)
  equal(pair('Katherine', ''), -1)
})

test('what is rare says more', () => {
  const bits = (first: string) => {
    const record = encoder.encode([first, 'x', '', '', ''])
    const { factors } = explainPair(artifact, record, record, parameters)
    return factors.find(({ factor }) => factor === 'first')!.weight
  }
  const counts = new Map<string, number>()
  for (const [first = ''] of values) counts.set(first, (counts.get(first) ?? 0) + 1)
  const common = [...counts].toSorted(([, one], [, other]) => other - one)[0]![0]
  ok(bits('Xanthippe') > bits(common) + 1)
})

test('bits as chances', () => {
  equal(chanceOf({ bits: 0 }), 0.5)
  equal(chanceOf({ bits: 1 }), 2 / 3)
})

test('the factors of a pair add up to its edge', () => {
  for (const { left, right, bits } of linked.edges.slice(0, 50)) {
    const { base, factors } = explainPair(artifact, records[left]!, records[right]!, parameters)
    const sum = factors.reduce((total, { weight }) => total + weight, base)
    // Alone, two records know no frequencies but the artifact's, which are the same.
    ok(Math.abs(sum - bits) < 1e-9)
  }
})

test('two loyalty numbers are two people, however alike', () => {
  const twins = ['L1', 'L2', 'L1', ''].map((loyalty) =>
    encoder.encode(['Ann', 'Lee', '19700101', 'Bath', loyalty]),
  )
  const { profiles } = linkRecords(artifact, [...records, ...twins], parameters)
  const [one, two, three] = [0, 1, 2].map((at) => profiles[records.length + at])
  notEqual(one, two)
  equal(one, three)
})

test('none, one, and all the same', () => {
  const none = fitLinkage([], parameters)
  equal(linkRecords(none, [], parameters).profiles.length, 0)
  const same: TokenRecord[] = Array.from({ length: 6 }, () => records[0]!)
  const found = linkRecords(fitLinkage(same, parameters), same, parameters)
  ok(found.edges.every(({ bits }) => Number.isFinite(bits)))
})
