/** Documented webhooks: each is genuine under its signature and means what its sample says. */
import { deepEqual, equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import type { Connection, Reference, Secrets, Translation } from '../connector.ts'
import { lightspeed } from './connector.ts'
import type { LightspeedSettings } from './settings.ts'

interface Sample {
  readonly provenance: { readonly source: string; readonly date: string }
  readonly connection: Connection<LightspeedSettings>
  readonly secrets: Secrets
  readonly references: readonly Reference[]
  readonly headers: Record<string, string>
  readonly body: string
  readonly translation: Translation
}

const folder = new URL('./samples/', import.meta.url)
for (const name of readdirSync(folder)) {
  const sample = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample
  const { connection, secrets, references, headers, translation } = sample
  const { connectionId } = connection
  const request = { headers, body: Buffer.from(sample.body) }
  const context = {
    connection,
    tokens: createTokeniser({ key: Buffer.alloc(32, 7), keep: () => undefined, connectionId }),
    references: {
      find: (kind: string, id: string) =>
        references.find((entry) => entry.kind === kind && entry.externalId === id)?.value,
      externalIds: () => [],
    },
  }
  test(name, () => {
    equal(lightspeed.verify(request, connection, secrets).outcome, 'genuine')
    deepEqual(lightspeed.translate(request, context), translation)
  })
}
