/** A webhook names objects only: what it leads to is what to look up. */
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import type { Lookup, Translation, TranslationContext, WebhookRequest } from '../connector.ts'
import { read, Webhook } from './payloads.ts'
import type { CloverSettings } from './settings.ts'

/**
 * Keys with nothing for us: A app, M merchant, SH service hours, IC category, IG and IM modifiers.
 * `dated` kinds have no time of change of their own, so the webhook's is kept.
 */
const kinds: Readonly<Record<string, { kind: string; isDated: boolean; hasDeletes: boolean }>> = {
  O: { kind: 'order', isDated: false, hasDeletes: false },
  P: { kind: 'payment', isDated: false, hasDeletes: false },
  I: { kind: 'item', isDated: true, hasDeletes: true },
  C: { kind: 'customer', isDated: true, hasDeletes: true },
  E: { kind: 'employee', isDated: true, hasDeletes: true },
  CA: { kind: 'cash_events', isDated: true, hasDeletes: false },
}

/**
 * Merchants that are no store of this connection are passed over: an app has one address for all its
 * merchants. Only a webhook without any store of ours is refused.
 */
export function translate(
  request: WebhookRequest,
  { connection }: TranslationContext<CloverSettings>,
): Translation {
  const webhook = read(Webhook, parseJson(request.body.toString('utf8')))
  if (webhook.appId !== connection.settings.appId)
    throw new Fault('payload_malformed', { field: 'appId', expected: connection.settings.appId })
  const lookups = new Map<string, Lookup>()
  let strangerId: string | undefined
  let hasStore = false
  for (const [merchantId, updates] of Object.entries(webhook.merchants)) {
    if (!connection.stores.some((store) => store.externalId === merchantId)) {
      strangerId = merchantId
      continue
    }
    hasStore = true
    for (const update of updates) addLookup(lookups, merchantId, update)
  }
  if (!hasStore && strangerId !== undefined)
    throw new Fault('store_unknown', { field: 'merchants', merchantId: strangerId })
  return { events: [], lookups: [...lookups.values()], references: [] }
}

/** Of several updates of one object the latest tells; order in a webhook is not promised. */
function addLookup(
  lookups: Map<string, Lookup>,
  merchantId: string,
  { objectId, type, ts }: Webhook['merchants'][string][number],
): void {
  const colon = objectId.indexOf(':')
  const told = kinds[objectId.slice(0, colon)]
  if (told === undefined || (type === 'DELETE' && !told.hasDeletes)) return
  const externalId = objectId.slice(colon + 1)
  const key = `${told.kind}/${merchantId}/${externalId}`
  const earlier = lookups.get(key)?.hints
  if (earlier?.ts !== undefined && Number(earlier.ts) > ts) return
  lookups.set(key, {
    kind: told.kind,
    externalId,
    hints: {
      merchantId,
      ...(told.isDated && { ts: String(ts) }),
      ...(type === 'DELETE' && { type }),
    },
  })
}
