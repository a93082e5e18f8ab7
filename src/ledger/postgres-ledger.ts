/** The ledger in PostgreSQL. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { parse } from '../base/parse.ts'
import { afterCommit, type Database, inChain } from '../base/postgres.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { NewEntry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { insertPending, selectCheckpoints, selectEntries, selectHead } from './postgres-rows.ts'
import {
  ledgerChannel,
  type Sequencer,
  type Sequencing,
  sequence,
  startSequencer,
} from './postgres-sequencer.ts'
import { verifyLedger } from './postgres-verify.ts'

/** For `runMigrations`. */
export const ledgerMigrations = new URL('./postgres/', import.meta.url)

export interface PostgresLedgerOptions {
  readonly db: Database
  readonly url: string
  readonly clock?: Clock
  /** Ed25519, private: signs checkpoints, and verifies them by its public half. */
  readonly signingKey?: KeyObject
  /** A checkpoint is due after this many entries or this time, whichever is first. */
  readonly checkpointEveryEntries?: number
  readonly checkpointEveryMs?: number
  readonly onFault?: (error: unknown) => void
}

const NewEntries = z.array(NewEntry)

/** Entries come in crowds, and the sequencer takes a crowd at once. */
const notifyAfterMs = 20

export function createPostgresLedger(options: PostgresLedgerOptions): Ledger {
  const { db, signingKey } = options
  const parts: Sequencing = {
    clock: systemClock,
    checkpointEveryEntries: 1000,
    checkpointEveryMs: 60_000,
    onFault: () => {},
    ...options,
  }
  let sequencer: Promise<Sequencer> | undefined
  let notifying: Promise<unknown> | undefined

  /** After the commit and one for all of a moment: see `stream/postgres-wake.ts`. */
  function notify(): void {
    notifying ??= sleep(notifyAfterMs).then(async () => {
      notifying = undefined
      await sql`select pg_notify(${ledgerChannel}, '')`.execute(db).catch(() => {})
    })
  }

  return {
    async record(tx, given) {
      if (given.length === 0) return
      const entries = parse(NewEntries, given, 'request_malformed')
      await insertPending(tx, entries)
      if (!afterCommit(tx, notify)) await sql`select pg_notify(${ledgerChannel}, '')`.execute(tx)
    },
    entries: (chainId, filter = {}) =>
      inChain(db, chainId, (tx) => selectEntries(tx, chainId, filter)),
    head: (chainId) =>
      inChain(db, chainId, async (tx) => {
        const { sequence: at, hash } = await selectHead(tx, chainId)
        return { sequence: at, hash }
      }),
    verify: (chainId, verifyOptions = {}) =>
      verifyLedger(db, chainId, {
        ...verifyOptions,
        ...(signingKey && { publicKey: createPublicKey(signingKey) }),
      }),
    checkpoints: (chainId, limit = 100) =>
      inChain(db, chainId, (tx) => selectCheckpoints(tx, chainId, limit)),
    async settle(chainId) {
      while (await sequence(parts, chainId, { waits: true }));
    },
    async startSequencer() {
      sequencer ??= startSequencer(parts)
      await sequencer
    },
    async close() {
      await notifying
      await (await sequencer)?.close()
    },
  }
}
