/** Webhooks to events. What a payload leaves out (SKUs, customers, times) becomes a lookup. */
import { parse } from '../../base/parse.ts'
import { instantFrom } from '../../base/time.ts'
import {
  nothing,
  type Reference,
  type Translation,
  type TranslationContext,
  type WebhookRequest,
} from '../connector.ts'
import { readHookSale } from './dialects.ts'
import { type HookType, readHook } from './form.ts'
import { instantOfDate, learnProduct, levelEvents } from './goods.ts'
import { learnOn, type Names } from './names.ts'
import { ConsignmentLine, InventoryUpdate, ProductUpdate } from './payloads.ts'
import { customerEvents, customerOfSale, readHookCustomer } from './people.ts'
import { closureEvents } from './registers.ts'
import { saleEvents, unknownProducts } from './sale-events.ts'
import type { LightspeedSettings } from './settings.ts'
import { accountStore, placeOf } from './stores.ts'

type Context = TranslationContext<LightspeedSettings>
type Translator = (payload: unknown, context: Context, request: WebhookRequest) => Translation

const translators: Readonly<Record<HookType, Translator>> = {
  'sale.update': translateSale,
  'inventory.update': translateInventory,
  'product.update': translateProduct,
  'customer.update': translateCustomer,
  'register_closure.create': translateClosure,
  'consignment.send': translateConsignment,
  'consignment.receive': translateConsignment,
}

export function translate(request: WebhookRequest, context: Context): Translation {
  const { type, payload } = readHook(request.body, context.connection.settings)
  return translators[type](payload, context, request)
}

function translateSale(payload: unknown, context: Context): Translation {
  const facts = readHookSale(payload)
  if (facts.stage === 'open') return nothing
  placeOf(context.connection, facts.registerId, facts.outletId)
  const names = context.references as Names
  const customer = customerOfSale(facts, context.tokens, names)
  if (unknownProducts(facts, names).length > 0 || customer.outcome === 'unknown')
    return { ...nothing, lookups: [{ kind: 'sale', externalId: facts.id }] }

  const token = customer.outcome === 'known' ? customer.token : undefined
  const references: Reference[] = []
  if (token !== undefined && facts.customerId !== undefined)
    if (names.find('customer', facts.customerId) !== token)
      references.push({ kind: 'customer', externalId: facts.customerId, value: token })
  return { events: saleEvents(facts, token, context, names), lookups: [], references }
}

function translateInventory(
  payload: unknown,
  { connection, references }: Context,
  { headers }: WebhookRequest,
): Translation {
  const level = parse(InventoryUpdate, payload, 'payload_malformed')
  placeOf(connection, undefined, level.outlet_id)
  const names = learnOn(references)
  if (level.product) learnProduct({ ...level.product, id: level.product_id }, names)
  const at = instantOfDate(headers.date)
  if (at === undefined || names.find('sku', level.product_id) === undefined) {
    const lookup = { kind: 'inventory', externalId: level.product_id }
    return { events: [], lookups: [lookup], references: names.learned }
  }
  const events = levelEvents(
    {
      id: level.id,
      productId: level.product_id,
      outletId: level.outlet_id,
      count: level.count,
      version: level.version,
    },
    at,
    connection,
    names,
  )
  return { events, lookups: [], references: names.learned }
}

/** The hook names prices per price book and no time; the product itself is asked for both. */
function translateProduct(payload: unknown, { connection, references }: Context): Translation {
  const product = parse(ProductUpdate, payload, 'payload_malformed')
  const names = learnOn(references)
  const sku = learnProduct(product, names)
  if (!product.deleted_at)
    return {
      events: [],
      lookups: [{ kind: 'product', externalId: product.id }],
      references: names.learned,
    }
  if (sku === undefined) return nothing
  const { storeId, currency } = accountStore(connection)
  const occurredAt = instantFrom(product.deleted_at, 'deleted_at')
  const name = (product.name ?? sku).slice(0, 255)
  return {
    events: [
      {
        type: 'product.changed',
        key: `${product.id}:${product.version ?? occurredAt}`,
        storeId,
        occurredAt,
        data: { sku, name, currency, isActive: false },
      },
    ],
    lookups: [],
    references: names.learned,
  }
}

function translateCustomer(payload: unknown, context: Context): Translation {
  const names = learnOn(context.references)
  const events = customerEvents(readHookCustomer(payload), context, names)
  return { events, lookups: [], references: names.learned }
}

function translateClosure(payload: unknown, { connection, references }: Context): Translation {
  const names = learnOn(references)
  const events = closureEvents(payload, connection, names)
  return { events, lookups: [], references: names.learned }
}

function translateConsignment(payload: unknown): Translation {
  parse(ConsignmentLine, payload, 'payload_malformed')
  return nothing
}
