/** Which topic means what. A topic that is not in the table tells us nothing new. */
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import { nothing, type Translation, type WebhookRequest } from '../connector.ts'
import { translateLevel, translateProduct } from './goods.ts'
import { translateOrder } from './orders.ts'
import { translateCustomer, translateDeletion, translateRedaction } from './people.ts'
import { translateRefund } from './refunds.ts'
import type { ShopifyContext } from './sales.ts'
import { header } from './signature.ts'

type Translator = (body: unknown, context: ShopifyContext, request: WebhookRequest) => Translation

/** What the app subscribes to; `orders/create` and `orders/updated` would only say it again. */
export const topics: Readonly<Record<string, Translator>> = {
  'orders/paid': translateOrder,
  'orders/cancelled': translateOrder,
  'refunds/create': translateRefund,
  'inventory_levels/connect': translateLevel,
  'inventory_levels/update': translateLevel,
  'products/create': translateProduct,
  'products/update': translateProduct,
  'customers/create': translateCustomer,
  'customers/update': translateCustomer,
  'customers/delete': translateDeletion,
  'customers/redact': translateRedaction,
}

export function translate(request: WebhookRequest, context: ShopifyContext): Translation {
  const body = parseJson(request.body.toString('utf8'))
  const shop = header(request, 'x-shopify-shop-domain')
  // One app signs for all its shops, so that a genuine body may still be of another one.
  if (shop !== undefined && shop !== context.connection.settings.shop)
    throw new Fault('store_unknown', { field: 'x-shopify-shop-domain', externalId: shop })
  const topic = header(request, 'x-shopify-topic')
  if (topic === undefined || !Object.hasOwn(topics, topic)) return nothing
  return topics[topic]?.(body, context, request) ?? nothing
}
