/**
 * Recorded webhooks, and the answers that they and the sweep lead to: each means what its sample
 * says, fits Clover's own field tables, and lets nothing personal out.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { exchangeDepartures } from '../../../test/specs/clover/referee.ts'
import { createHttpClient } from '../../base/http-client.ts'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import { events as vocabulary } from '../../retail/events.ts'
import type {
  BackfillPage,
  Connection,
  Reference,
  Secrets,
  Translation,
  Verification,
} from '../connector.ts'
import { clover } from './connector.ts'
import type { CloverContext, CloverSettings } from './settings.ts'

interface Sample {
  readonly provenance: { readonly source: string; readonly date: string }
  readonly connection: Connection<CloverSettings>
  readonly secrets: Secrets
  readonly references: readonly Reference[]
  readonly headers: Record<string, string>
  readonly body: string
  readonly handshake?: Omit<Extract<Verification, { outcome: 'handshake' }>, 'outcome'>
  readonly translation?: Translation
  /** By path, with its query where that matters; recorded with all that can be expanded. */
  readonly answers?: Readonly<Record<string, unknown>>
  readonly answeredAt?: string
  /** What each lookup comes to, in their order. */
  readonly told?: readonly Translation[]
  readonly sweeps?: readonly { feed: string; since: string; pages: readonly BackfillPage[] }[]
  /** Parts of the answers that must not be in anything told. */
  readonly personal?: readonly string[]
}

const folder = new URL('./samples/', import.meta.url)
for (const name of readdirSync(folder)) {
  const sample = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Sample
  test(name, async (running) => {
    const { connection, secrets, headers, handshake, translation } = sample
    const request = { headers, body: Buffer.from(sample.body) }
    const verification = clover.verify(request, connection, secrets)
    if (handshake !== undefined) {
      deepEqual(verification, { outcome: 'handshake', ...handshake })
      return
    }
    equal(verification.outcome, 'genuine')
    const server = await answering(sample)
    running.after(() => server.close())
    const context = contextOf(sample, (server.address() as AddressInfo).port)
    const got = clover.translate(request, context)
    deepEqual(got, translation)
    const told = sample.told === undefined ? [] : await fetchAll(got, context)
    deepEqual(told, sample.told ?? [])
    const swept = await sweepAll(sample, context)
    deepEqual(
      swept,
      (sample.sweeps ?? []).map(({ pages }) => pages),
    )
    const translations = [got, ...told, ...swept.flat().map((page) => page.translation)]
    for (const { events } of translations)
      for (const { type, data } of events) deepEqual(vocabulary[type].data.parse(data), data)
    const outside = JSON.stringify(translations)
    for (const value of sample.personal ?? []) {
      ok(JSON.stringify(sample.answers).includes(value), `${value} is in no answer`)
      equal(outside.includes(value), false, value)
    }
  })

  test(`${name}: the answers are of Clover's own making`, () => {
    ok(sample.provenance.source && sample.provenance.date)
    for (const [path, body] of Object.entries(sample.answers ?? {})) {
      const below = path.replace(/^\/v3\/merchants\/[^/]+/, '')
      deepEqual(exchangeDepartures({ method: 'GET', path: below, status: 200, body }), [])
    }
  })
}

async function fetchAll({ lookups }: Translation, context: CloverContext): Promise<Translation[]> {
  const told: Translation[] = []
  for (const lookup of lookups) {
    const result = await clover.fetch(lookup, context)
    ok(result.outcome === 'translated')
    told.push(result.translation)
  }
  return told
}

async function sweepAll({ sweeps = [] }: Sample, context: CloverContext) {
  const swept: BackfillPage[][] = []
  for (const { feed, since } of sweeps)
    swept.push(await Array.fromAsync(clover.backfill(feed, { since }, context)))
  return swept
}

async function answering({ answers = {}, answeredAt }: Sample): Promise<Server> {
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '')
    const answer = answers[url] ?? answers[url.split('?')[0] ?? '']
    if (answeredAt !== undefined) response.setHeader('date', new Date(answeredAt).toUTCString())
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
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
