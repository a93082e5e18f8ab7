/** Verifies a chain as it is kept: the chain itself, its checkpoints, and the events behind it. */
import type { KeyObject } from 'node:crypto'
import { type Database, inChain } from '../base/postgres.ts'
import { broken, type ChainCheck, verifyChain } from './chain.ts'
import { type Note, openCheckpoint, originOf } from './checkpoint.ts'
import type { LedgerEntry } from './entry.ts'
import type { Verification, VerifyOptions } from './ledger.ts'
import { selectCheckpoints, selectEntries } from './postgres-rows.ts'
import { checkRecorded } from './recorded-events.ts'

const pageMax = 1000
const checkpointsMax = 100_000

export async function verifyLedger(
  db: Database,
  chainId: string,
  options: VerifyOptions & { readonly publicKey?: KeyObject },
): Promise<Verification> {
  const counts = { batchesCount: 0, batchesDroppedCount: 0 }
  const notes = await openNotes(db, chainId, options)
  if ('outcome' in notes) return verificationOf(notes, 0, counts)

  const result = await verifyChain(pages(db, chainId), (entry) => checkEntry(entry))
  const size = result.outcome === 'intact' ? result.head.sequence : 0
  if (result.outcome === 'intact')
    for (const { sequence } of notes.values())
      if (sequence > size)
        return verificationOf(
          broken(size + 1, 'removed', `A checkpoint was signed over ${sequence} entries.`),
          notes.size,
          counts,
        )
  return verificationOf(result, notes.size, counts)

  async function checkEntry(entry: LedgerEntry): Promise<ChainCheck | undefined> {
    const note = notes instanceof Map ? notes.get(entry.sequence) : undefined
    if (note !== undefined && note.hash !== entry.hash)
      return broken(entry.sequence, 'checkpoint_wrong', 'Its hash is not the one that was signed.')
    if (note !== undefined && note.origin !== originOf(chainId, entry.regionId))
      return broken(entry.sequence, 'checkpoint_wrong', `It was signed for ${note.origin}.`)
    if (entry.kind !== 'events.recorded' || options.readEvents === undefined) return undefined
    const found = await checkRecorded(entry, options.readEvents)
    if (found === 'dropped') counts.batchesDroppedCount += 1
    else counts.batchesCount += 1
    return found === 'different'
      ? broken(entry.sequence, 'events_differ', 'The event log holds other events than these.')
      : undefined
  }
}

async function* pages(db: Database, chainId: string): AsyncGenerator<LedgerEntry> {
  for (let after = 0; ; ) {
    const page = await inChain(db, chainId, (tx) =>
      selectEntries(tx, chainId, { after, limit: pageMax }),
    )
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageMax) return
    after = last.sequence
  }
}

/** By size. Without a key nothing can be said of them, and they are left out. */
async function openNotes(
  db: Database,
  chainId: string,
  options: VerifyOptions & { readonly publicKey?: KeyObject },
): Promise<Map<number, Note> | ChainCheck> {
  const notes = new Map<number, Note>()
  const { publicKey, checkpoints = [] } = options
  if (publicKey === undefined) return notes
  const stored = await inChain(db, chainId, (tx) => selectCheckpoints(tx, chainId, checkpointsMax))
  for (const text of [...stored.map(({ note }) => note), ...checkpoints]) {
    const note = openCheckpoint(text, publicKey)
    if (note === undefined)
      return broken(sizeIn(text), 'checkpoint_wrong', 'A checkpoint is not signed by our key.')
    const other = notes.get(note.sequence)
    if (other !== undefined && other.hash !== note.hash)
      return broken(note.sequence, 'checkpoint_wrong', 'Two checkpoints contradict each other.')
    notes.set(note.sequence, note)
  }
  return notes
}

function sizeIn(text: string): number {
  return Number(text.split('\n')[1]) || 0
}

function verificationOf(
  result: ChainCheck,
  checkpointsCount: number,
  counts: { batchesCount: number; batchesDroppedCount: number },
): Verification {
  if (result.outcome === 'broken') return result
  const { sequence, hash } = result.head
  return { outcome: 'intact', entriesCount: sequence, headHash: hash, checkpointsCount, ...counts }
}
