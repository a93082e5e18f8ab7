/** Recorded webhooks, and the answers that they lead to: each means what its sample says. */
import { deepEqual, equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { createHttpClient } from '../../base/http-client.ts'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import type { Connection, Reference, Secrets, Translation } from '../connector.ts'
import { clover } from './connector.ts'
import type { CloverContext, CloverSettings } from './settings.ts'

interface Sample {
  readonly provenance: { readonly source: string; readonly date: string }
  readonly connection: Connection<CloverSettings>
  readonly secrets: Secrets
  readonly references: readonly Reference[]
  readonly headers: Record<string, string>
  readonly body: string
  readonly translation: Translation
  /** By path, without its query: these objects are recorded with all that can be expanded. */
  readonly answers?: Readonly<Record<string, unknown>>
  /** What the lookups come to. */
  readonly told?: Translation
}

const folder = new URL('./samples/', import.meta.url)
for (const name of readdirSync(folder)) {
  const sample = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample
  test(name, async (running) => {
    const { connection, secrets, headers, translation, told } = sample
    const request = { headers, body: Buffer.from(sample.body) }
    equal(clover.verify(request, connection, secrets).outcome, 'genuine')
    const server = answering(sample.answers ?? {})
    running.after(() => server.close())
    const context = contextOf(sample, (server.address() as AddressInfo).port)
    deepEqual(clover.translate(request, context), translation)
    if (told === undefined) return
    for (const lookup of translation.lookups) {
      const result = await clover.fetch(lookup, context)
      equal(result.outcome, 'translated')
      const plain = result.outcome === 'translated' ? withoutTokens(result.translation) : undefined
      deepEqual(plain, told)
    }
  })
}

function answering(answers: Readonly<Record<string, unknown>>) {
  const server = createServer((request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? '']
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }))
  })
  return server.listen(0)
}

function contextOf({ connection, references }: Sample, port: number): CloverContext {
  const merchants = connection.stores.map(({ externalId }) => [externalId, 'a-token'])
  return {
    connection,
    tokens: createTokeniser({
      key: Buffer.alloc(32, 7),
      keep: () => undefined,
      connectionId: connection.connectionId,
    }),
    references: {
      find: (kind, id) =>
        references.find((entry) => entry.kind === kind && entry.externalId === id)?.value,
      externalIds: () => [],
    },
    credentials: () => ({ accessToken: JSON.stringify(Object.fromEntries(merchants)) }),
    api: createHttpClient({ baseUrl: `http://127.0.0.1:${port}`, budget: clover.budget }),
  }
}

/** Employees' tokens hang on the test's key; the sample says only that one stands there. */
function withoutTokens(translation: Translation): unknown {
  return JSON.parse(JSON.stringify(translation).replace(/"emp_[0-9a-z]{26}"/g, '"(token)"'))
}
