/** The hash chain: each entry's hash covers its content, its place and the hash before it. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/json.ts'
import { genesisHash, type LedgerEntry, type NewEntry } from './entry.ts'
import type { Problem } from './ledger.ts'

export interface Head {
  readonly sequence: number
  readonly hash: string
}

export const emptyHead: Head = { sequence: 0, hash: genesisHash }

/** SHA-256 over the canonical JSON of the entry without its own hash. */
export function hashOf({
  hash: _,
  ...content
}: Omit<LedgerEntry, 'hash'> & { hash?: string }): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/** Gives entries their places after a head. */
export function chainUp(head: Head, entries: readonly NewEntry[]): LedgerEntry[] {
  let { sequence, hash: previousHash } = head
  return entries.map((entry) => {
    sequence += 1
    const placed = { ...entry, sequence, previousHash }
    previousHash = hashOf(placed)
    return { ...placed, hash: previousHash }
  })
}

export type ChainCheck =
  | { readonly outcome: 'intact'; readonly head: Head }
  | {
      readonly outcome: 'broken'
      readonly sequence: number
      readonly problem: Problem
      readonly says: string
    }

type Entries = AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>

/**
 * Checks entries in the order they are kept, and names the first that is wrong. `onEntry` sees each
 * good one. What is missing at the very end shows only against a checkpoint.
 */
export async function verifyChain(
  entries: Entries,
  onEntry: (entry: LedgerEntry) => Promise<ChainCheck | undefined> | undefined = () => undefined,
): Promise<ChainCheck> {
  let head = emptyHead
  let first: ChainCheck | undefined
  for await (const entry of entries) {
    if (first === undefined) {
      first = check(entry, head) ?? (await onEntry(entry))
      if (first === undefined) head = entry
      else if (first.outcome === 'broken' && first.problem !== 'removed') return first
    } else if (entry.sequence === head.sequence + 1) {
      // The missing one turns up later: nothing was removed.
      return broken(entry.sequence, 'reordered', 'It is kept after entries that follow it.')
    }
  }
  return first ?? { outcome: 'intact', head: { sequence: head.sequence, hash: head.hash } }
}

function check(entry: LedgerEntry, head: Head): ChainCheck | undefined {
  const expected = head.sequence + 1
  if (entry.sequence > expected)
    return broken(expected, 'removed', `The entry after ${head.sequence} is ${entry.sequence}.`)
  if (entry.sequence < expected)
    return broken(entry.sequence, 'inserted', `A second entry has the place ${entry.sequence}.`)
  if (entry.hash !== hashOf(entry)) return wrongHash(entry, head)
  if (entry.previousHash === head.hash) return undefined
  // Both fit their own hashes, yet not each other: the earlier one was replaced as a whole.
  if (head.sequence === 0)
    return broken(1, 'removed', 'The first entry follows one that is not there.')
  return broken(
    head.sequence,
    'altered',
    `Entry ${expected} was chained to another entry ${head.sequence} than this one.`,
  )
}

/** How many places around the entry it may have been moved from for that to be recognised. */
const moveMax = 1000

function wrongHash(entry: LedgerEntry, head: Head): ChainCheck {
  for (let from = Math.max(1, entry.sequence - moveMax); from < entry.sequence + moveMax; from += 1)
    if (from !== entry.sequence && hashOf({ ...entry, sequence: from }) === entry.hash)
      return broken(entry.sequence, 'reordered', `It was made as entry ${from}.`)
  return entry.previousHash === head.hash
    ? broken(entry.sequence, 'altered', 'Its content does not fit its hash.')
    : broken(entry.sequence, 'altered', 'Neither its content nor what it follows fits its hash.')
}

export function broken(sequence: number, problem: Problem, says: string): ChainCheck {
  return { outcome: 'broken', sequence, problem, says }
}
