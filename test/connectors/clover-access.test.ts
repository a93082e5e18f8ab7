/** Clover: what webhooks lose, who may ask, and how often. */
import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpClient } from '../../src/base/http-client.ts'
import { createHttpClient } from '../../src/base/http-client.ts'
import { instantFromMs, msOf } from '../../src/base/time.ts'
import { mergeCredentials, tokensByMerchant } from '../../src/connectors/clover/auth.ts'
import { clover } from '../../src/connectors/clover/connector.ts'
import {
  austin,
  berlin,
  distinct,
  find,
  line,
  products,
  sale,
  secrets,
  startRig,
} from './clover-rig.ts'
import { emulatedNowMs } from './harness.ts'

describe('clover: what gets lost, and who may ask', () => {
  it('bundles merchants in one POST and finds by the sweep what the webhooks lost', async (test) => {
    const rig = await startRig({ name: 'lossy' })
    test.after(() => rig.close())
    rig.ring(sale('first'))
    rig.ring(sale('a'))
    rig.ring(sale('b', { storeExternalId: berlin }))
    await sleep(40)
    const webhooks = await rig.vendor.takeWebhooks()
    const merchants = webhooks.map(({ body }) => Object.keys(JSON.parse(String(body)).merchants))
    deepEqual(merchants, [[austin], [austin, berlin]])
    const found = await Promise.all([austin, berlin].map((id) => rig.sweep(`${id}/orders`)))
    deepEqual(
      found.map(({ events }) => find(events, 'sale.completed').length),
      [2, 1],
    )
  })

  it('walks many pages without a gap, and goes on from a cursor', async (test) => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'pages', nowMs: () => nowMs })
    test.after(() => rig.close())
    const keys = new Set<string>()
    const ringMany = (from: number, count: number) => {
      for (let index = from; index < from + count; index += 1) {
        nowMs += 1000
        keys.add(rig.ring(sale(`p${index}`, { atMs: nowMs, lines: [line('TEE-02', '1', 2000)] })))
      }
    }
    ringMany(0, 230)
    const first = await rig.sweep(`${austin}/orders`)
    equal(find(first.events, 'sale.completed').length, 230)
    ringMany(230, 20)
    const second = await rig.sweep(`${austin}/orders`, { cursor: first.cursor ?? '' })
    const all = distinct([...first.events, ...second.events])
    deepEqual(new Set(find(all, 'sale.completed').map(({ key }) => key)), keys)
    ok(second.events.length < 100, 'only what is new, and a little overlap')
  })

  it('exchanges a code, renews each merchant once, and tells a dead token', async (test) => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'tokens', nowMs: () => nowMs })
    test.after(() => rig.close())
    const api = createHttpClient({ baseUrl: rig.vendor.apiBaseUrl, budget: clover.budget })
    const { appId } = rig.connection.settings
    const query = new URLSearchParams({
      client_id: appId,
      redirect_uri: 'http://x/cb',
      merchant_id: berlin,
    })
    const asked = await fetch(`${rig.vendor.apiBaseUrl}/oauth/v2/authorize?${query}`, {
      redirect: 'manual',
    })
    const callback = new URL(asked.headers.get('location') ?? '')
    const answered = Object.fromEntries(callback.searchParams)
    const grant = { code: answered.code ?? '', query: answered, current: undefined }
    const granted = await clover.auth.exchange(api, rig.connection, secrets, grant)
    deepEqual(Object.keys(tokensByMerchant(granted.accessToken)), [berlin])
    const livesMs = msOf(granted.expiresAt ?? '') - Date.now()
    ok(
      livesMs > 29 * 60_000 && livesMs <= 30 * 60_000 + 1000,
      'by our clock, whatever the vendor has',
    )
    await rejects(clover.auth.exchange(api, rig.connection, secrets, grant), {
      code: 'vendor_unauthorised',
    })

    rig.credentials = mergeCredentials(rig.credentials, granted)
    await rig.sweep(`${berlin}/employees`)
    nowMs += 31 * 60_000
    await rejects(rig.sweep(`${berlin}/employees`), { code: 'vendor_unauthorised' })
    const old = rig.credentials
    const renewed = await clover.auth.refresh?.(api, rig.connection, secrets, old, async () => {})
    if (renewed !== undefined) rig.credentials = renewed
    notEqual(rig.credentials.accessToken, old.accessToken)
    await rig.sweep(`${berlin}/employees`)
    await rig.sweep(`${austin}/employees`)
    await rejects(
      async () => clover.auth.refresh?.(api, rig.connection, secrets, old, async () => {}),
      {
        code: 'vendor_unauthorised',
      },
    )
  })

  it('takes up a token that was renewed during the call', async (test) => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'renewing', nowMs: () => nowMs })
    test.after(() => rig.close())
    const authApi = createHttpClient({ baseUrl: rig.vendor.apiBaseUrl, budget: clover.budget })
    const api = createHttpClient({
      baseUrl: rig.vendor.apiBaseUrl,
      budget: clover.budget,
      async reauthorise() {
        const renewed = await clover.auth.refresh?.(
          authApi,
          rig.connection,
          secrets,
          rig.credentials,
          async (soFar) => {
            rig.credentials = soFar
          },
        )
        if (renewed !== undefined) rig.credentials = renewed
        return true
      },
    })
    nowMs += 31 * 60_000
    const pages = clover.backfill(
      `${austin}/employees`,
      { since: instantFromMs(nowMs) },
      { ...rig.context, api },
    )
    for await (const { translation } of pages) equal(translation.events.length, 1)
  })

  it('tells a price changed there and back as three states', async (test) => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'prices', nowMs: () => nowMs })
    test.after(() => rig.close())
    const tee = ({ data }: { data: { sku: string } }) => data.sku === 'TEE-02'
    const { events, references } = await rig.sweep(`${austin}/items`)
    const keys = [find(events, 'product.changed').find(tee)?.key]
    const item = references.find(({ kind, value }) => kind === 'sku' && value === 'TEE-02')
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    for (const price of [1500, 2000]) {
      nowMs += 60_000
      const url = `${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/items/${item?.externalId}`
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      await fetch(url, { method: 'POST', body: JSON.stringify({ price }), headers })
      const [changed] = find(await rig.takeEvents(), 'product.changed')
      equal(changed?.data.priceMinor, price)
      keys.push(changed?.key)
    }
    equal(new Set(keys).size, 3)
  })

  it('answers the handshake and says its code', async (test) => {
    const rig = await startRig({ name: 'handshake' })
    test.after(() => rig.close())
    const url = `${rig.vendor.apiBaseUrl}/developer/apps/${rig.account.accountId}/webhooks/verification`
    const { verificationCode } = (await (await fetch(url, { method: 'POST' })).json()) as {
      verificationCode: string
    }
    const [webhook] = await rig.vendor.takeWebhooks()
    const verification = webhook && clover.verify(webhook, rig.connection, secrets)
    equal(verification?.outcome, 'handshake')
    if (verification?.outcome === 'handshake') {
      ok(verification.says.includes(verificationCode))
      equal(verification.reply.status, 200)
    }
  })

  it('throttles as Clover does, and the connector stays within it', async (test) => {
    const rig = await startRig({ name: 'limits' })
    test.after(() => rig.close())
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    const url = `${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/tenders`
    let refused: Response | undefined
    for (let index = 0; index < 40 && refused === undefined; index += 1) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      await response.text()
      if (response.status === 429) refused = response
    }
    equal(refused?.headers.get('x-ratelimit-tokenlimit'), '16')
    const foreign = await fetch(url, { headers: { authorization: 'Bearer nobody' } })
    equal(foreign.status, 401)
    await sleep(1000)
    const statuses: number[] = []
    const { api } = rig.context
    const watched: HttpClient = {
      async request(request) {
        const response = await api.request(request)
        statuses.push(response.status)
        return response
      },
    }
    const feed = `${austin}/employees`
    const from = { since: instantFromMs(emulatedNowMs) }
    const walk = async () => {
      for await (const _ of clover.backfill(feed, from, { ...rig.context, api: watched }));
    }
    await Promise.all(Array.from({ length: 20 }, walk))
    deepEqual([...new Set(statuses)], [200])
  })

  it('goes on after a restart, and opens once', async (test) => {
    const rig = await startRig({ name: 'restart' })
    test.after(() => rig.close())
    rig.ring(sale('kept'))
    rig.vendor.emulator.open(rig.account, products, () => 0)
    const { events } = await rig.sweep(`${austin}/items`)
    const tote = find(events, 'inventory.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(tote?.data.onHand, '37')
  })
})
