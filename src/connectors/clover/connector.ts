/**
 * Clover (Fiserv), v3 REST. One connection is one app of Clover's; its merchants are the stores.
 * Facts: docs.clover.com and the object model of clover/clover-android-sdk @4664966, read 2026-08.
 */
import { defineConnector } from '../connector.ts'
import { exchange, refresh } from './auth.ts'
import { capabilities } from './capabilities.ts'
import { execute } from './effects.ts'
import { backfill, feedNames } from './feeds.ts'
import { fetchLookup } from './lookups.ts'
import { CloverSettings } from './settings.ts'
import { verify } from './verify.ts'
import { translate } from './webhooks.ts'

export const clover = defineConnector<CloverSettings>({
  vendor: 'clover',
  label: 'Clover',
  settings: CloverSettings,
  secrets: {
    webhook:
      'The auth code shown beside the webhook URL in the developer dashboard (X-Clover-Auth).',
    client_secret: "The app's secret, for OAuth.",
  },
  capabilities,
  sweepEverySeconds: 60,
  // Of the app, over all its merchants: 50 a second and 10 at once, less a margin.
  budget: { perSecond: 40, burst: 8, concurrentMax: 10 },
  auth: {
    // A token is good for one merchant, so `call` in api.ts adds it to each request.
    headers: () => ({}),
    exchange,
    refresh,
  },
  verify,
  translate,
  fetch: fetchLookup,
  feeds: ({ stores }) => feedNames(stores.map(({ externalId }) => externalId)),
  backfill,
  execute,
})
