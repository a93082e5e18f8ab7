/** Any single change to a chain is found, at the place where it was made. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { chainUp, emptyHead, hashOf, verifyChain } from './chain.ts'
import type { LedgerEntry, NewEntry } from './entry.ts'

const newEntries = fc.array(
  fc.record({
    subjectId: fc.string({ minLength: 1, maxLength: 20 }),
    body: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  }),
  { minLength: 4, maxLength: 20 },
)

function chainOf(contents: { subjectId: string; body: NewEntry['body'] }[]): LedgerEntry[] {
  return chainUp(
    emptyHead,
    contents.map((content) => ({
      chainId: 'chn_1',
      regionId: 'eu',
      at: '2026-11-20T15:02:05.831Z',
      kind: 'decision.made',
      actor: { type: 'hub', id: 'hub' },
      ...content,
    })),
  )
}

const chains = newEntries.map(chainOf)
/** A chain and a place in it that has neighbours on both sides. */
const placed = chains.chain((chain) =>
  fc.tuple(fc.constant(chain), fc.integer({ min: 1, max: chain.length - 3 })),
)

async function findingOf(chain: LedgerEntry[]) {
  const result = await verifyChain(chain)
  return result.outcome === 'intact' ? 'intact' : [result.problem, result.sequence]
}

const holds = (law: (chain: LedgerEntry[], at: number) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(placed, ([chain, at]) => law(chain, at)),
    { numRuns: 50 },
  )

test('what was chained up verifies', () =>
  holds(async (chain) => equal(await findingOf(chain), 'intact')))

test('an entry whose content is changed is found', () =>
  holds(async (chain, at) => {
    const forged = chain.with(at, { ...chain[at], subjectId: 'forged!'.repeat(5) } as LedgerEntry)
    deepEqual(await findingOf(forged), ['altered', at + 1])
  }))

test('an entry that was changed and hashed anew is found', () =>
  holds(async (chain, at) => {
    const changed = { ...chain[at], body: { forged: true, at } } as LedgerEntry
    const forged = chain.with(at, { ...changed, hash: hashOf(changed) })
    deepEqual(await findingOf(forged), ['altered', at + 1])
  }))

test('an entry that is taken out is found', () =>
  holds(async (chain, at) => {
    deepEqual(await findingOf(chain.toSpliced(at, 1)), ['removed', at + 1])
    deepEqual(await findingOf(chain.slice(1)), ['removed', 1])
  }))

test('two entries that changed places are found', () =>
  holds(async (chain, at) => {
    const [one, other] = [chain[at], chain[at + 1]] as [LedgerEntry, LedgerEntry]
    const swapped = chain.toSpliced(at, 2, other, one)
    deepEqual(await findingOf(swapped), ['reordered', at + 1])
    // As it would look in a table: each with the other's place.
    const relabelled = chain.toSpliced(
      at,
      2,
      { ...other, sequence: one.sequence },
      { ...one, sequence: other.sequence },
    )
    deepEqual(await findingOf(relabelled), ['reordered', at + 1])
  }))

test('an entry that is slipped in is found', () =>
  holds(async (chain, at) => {
    const before = chain[at - 1] as LedgerEntry
    const [made] = chainUp(before, [{ ...before, subjectId: 'slipped in' }])
    deepEqual(await findingOf(chain.toSpliced(at + 1, 0, made as LedgerEntry)), [
      'inserted',
      at + 1,
    ])
  }))
