/** All of the agent's tables over one database, and the writer that commits them together. */
import type { Seal } from '../../privacy/seal.ts'
import { createVault } from '../../privacy/vault.ts'
import { createAnswers } from './answers.ts'
import { createCatalogue } from './catalogue.ts'
import { createCredentialStore } from './credentials.ts'
import { createCursors } from './cursors.ts'
import type { Database } from './database.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createInbox } from './inbox.ts'
import { createLocalFacts } from './local-facts.ts'
import { createLookups } from './lookups.ts'
import { createMeta } from './meta.ts'
import { createOutbox } from './outbox.ts'
import { createReferences } from './references.ts'
import { createSeen } from './seen.ts'
import { createVaultRows } from './vault-rows.ts'
import { createWriter } from './writer.ts'

export type Storage = ReturnType<typeof createStorage>

export function createStorage(database: Database, seal: Seal) {
  const meta = createMeta(database)
  const outbox = createOutbox(database, meta)
  const references = createReferences(database)
  const deadLetters = createDeadLetters(database, seal)
  const vault = createVault(seal, createVaultRows(database))
  const writer = createWriter(database, {
    begin: () => vault.savePending(),
    settle(isCommitted) {
      vault.settle(isCommitted)
      if (isCommitted) return
      outbox.reload()
      references.forgetCache()
      deadLetters.reload()
    },
  })
  return {
    meta,
    outbox,
    references,
    deadLetters,
    vault,
    writer,
    seen: createSeen(database),
    lookups: createLookups(database),
    cursors: createCursors(database),
    inbox: createInbox(database),
    answers: createAnswers(database),
    facts: createLocalFacts(database),
    catalogue: createCatalogue(database),
    credentials: createCredentialStore(database, seal),
  }
}
