/**
 * Lightspeed Retail (X-Series): what its webhooks mean to us, and what we may do there.
 * One retailer account per connection; its outlets are our stores. API 2026-07, read 2026-11
 * (x-series-api.lightspeedhq.com; OpenAPI of API 2.0 in test/specs/lightspeed).
 */
import { defineConnector } from '../connector.ts'
import { auth } from './auth.ts'
import { capabilities } from './capabilities.ts'
import { execute } from './effects.ts'
import { backfill, feedNames } from './feeds.ts'
import { fetchLookup } from './lookups.ts'
import { questions } from './questions.ts'
import { LightspeedSettings } from './settings.ts'
import { verifySignature } from './signature.ts'
import { translate } from './translate.ts'

export const lightspeed = defineConnector<LightspeedSettings>({
  vendor: 'lightspeed',
  label: 'Lightspeed Retail (X-Series)',
  settings: LightspeedSettings,
  secrets: {
    clientId: 'The client id of the OAuth app',
    webhook: 'The client secret of the OAuth app: it signs webhooks and asks for tokens',
  },
  capabilities,
  sweepEverySeconds: 300,
  // The least there is: one register has 350 requests per five minutes, ten have 3,050.
  budget: { perSecond: 10, burst: 50, concurrentMax: 4 },
  auth,
  verify: (request, _connection, secrets) => verifySignature(request, secrets),
  translate,
  fetch: fetchLookup,
  feeds: () => feedNames,
  backfill,
  execute,
  questions,
})
