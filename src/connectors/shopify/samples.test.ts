/** Recorded webhooks: each is genuine, and means what is written beside it. */
import { deepEqual, equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import type { ConnectedStore, DraftEvent, Lookup, Reference } from '../connector.ts'
import { shopify } from './connector.ts'
import { ShopifySettings } from './settings.ts'

interface Sample {
  readonly secrets: Record<string, string>
  readonly settings: unknown
  readonly stores: ConnectedStore[]
  /** What was known before, and what is learned from it. */
  readonly known: Reference[]
  readonly references: Reference[]
  readonly headers: Record<string, string>
  readonly body: string
  readonly events: DraftEvent[]
  readonly lookups: Lookup[]
}

const folder = new URL('samples/', import.meta.url)

for (const name of readdirSync(folder))
  test(`${name} is genuine and is told as expected`, () => {
    const sample: Sample = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    const connection = {
      connectionId: 'con_sample',
      chainId: 'chn_sample',
      regionId: 'us',
      apiBaseUrl: 'http://x.test',
      webhookUrl: 'http://x.test/w',
      settings: ShopifySettings.parse(sample.settings),
      stores: sample.stores,
    }
    const request = { headers: sample.headers, body: Buffer.from(sample.body) }
    equal(shopify.verify(request, connection, sample.secrets).outcome, 'genuine')
    const tokens = createTokeniser({
      key: Buffer.alloc(32, 7),
      keep: () => undefined,
      connectionId: connection.connectionId,
    })
    const references = {
      find: (kind: string, externalId: string) =>
        sample.known.find((entry) => entry.kind === kind && entry.externalId === externalId)?.value,
      externalIds: () => [],
    }
    deepEqual(shopify.translate(request, { connection, tokens, references }), {
      events: sample.events,
      lookups: sample.lookups,
      references: sample.references,
    })
  })
