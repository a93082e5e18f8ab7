/**
 * Shopify POS: one shop is one connection, its locations are the stores. Admin GraphQL API and
 * webhooks of version 2026-07; shopify.dev, read 2026-11.
 */
import { defineConnector } from '../connector.ts'
import { auth } from './auth.ts'
import { capabilities } from './capabilities.ts'
import { execute } from './effects.ts'
import { backfill, feedsOf } from './feeds.ts'
import { fetchLookup } from './lookups.ts'
import { ShopifySettings } from './settings.ts'
import { secrets, verify } from './signature.ts'
import { translate } from './translate.ts'

export const shopify = defineConnector<ShopifySettings>({
  vendor: 'shopify',
  label: 'Shopify POS',
  settings: ShopifySettings,
  secrets,
  capabilities,
  sweepEverySeconds: 300,
  // Shopify counts cost and says so itself; this only keeps one agent from a burst.
  budget: { perSecond: 40, burst: 80, concurrentMax: 4 },
  auth,
  verify,
  translate,
  fetch: fetchLookup,
  feeds: feedsOf,
  backfill,
  execute,
})
