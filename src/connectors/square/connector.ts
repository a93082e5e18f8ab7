/** Square (POS, Retail, Terminal): one connection is one merchant, its stores are the locations. */
import { defineConnector } from '../connector.ts'
import { auth } from './auth.ts'
import { capabilities } from './capabilities.ts'
import { execute } from './effects.ts'
import { backfill, feeds } from './feeds.ts'
import { fetch } from './lookups.ts'
import { SquareSettings, secretNames } from './settings.ts'
import { verify } from './signature.ts'
import { translate } from './translate.ts'

export const square = defineConnector<SquareSettings>({
  vendor: 'square',
  label: 'Square',
  settings: SquareSettings,
  secrets: secretNames,
  capabilities,
  sweepEverySeconds: 300,
  // Square publishes no limits; it answers 429 and says nothing of when to come back.
  budget: { perSecond: 20, burst: 40, concurrentMax: 8 },
  auth,
  verify,
  translate,
  fetch,
  feeds,
  backfill,
  execute,
})
