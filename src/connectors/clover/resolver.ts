/** What ids stand for: from the reference book, else from the vendor, and then to be remembered. */
import type { Reference } from '../connector.ts'
import { getObject } from './api.ts'
import { skuLengthMax } from './catalogue.ts'
import { type OrderReading, readOrder } from './orders.ts'
import { Customer, Item, Payment } from './payloads.ts'
import { customerExpand, customerToken } from './people.ts'
import type { CloverContext } from './settings.ts'

export interface Resolver {
  readonly references: Reference[]
  skus(itemIds: Iterable<string>): Promise<ReadonlyMap<string, string>>
  customer(customerId: string): Promise<string>
  order(orderId: string): Promise<OrderReading>
  payment(paymentId: string): Promise<Payment | undefined>
}

/** Serves one lookup or one page; within it nothing is asked twice. */
export function createResolver(context: CloverContext, merchantId: string): Resolver {
  const references: Reference[] = []
  const skus = new Map<string, Promise<string | undefined>>()
  const customers = new Map<string, Promise<string>>()
  const orders = new Map<string, Promise<OrderReading>>()

  async function sku(itemId: string): Promise<string | undefined> {
    const known = context.references.find('sku', itemId)
    if (known !== undefined) return known
    const item = await getObject(context, merchantId, `/items/${itemId}`, Item)
    if (!item?.sku || item.sku.length > skuLengthMax) return undefined
    references.push({ kind: 'sku', externalId: itemId, value: item.sku })
    return item.sku
  }

  async function customer(externalId: string): Promise<string> {
    const known = context.references.find('customer', externalId)
    if (known !== undefined) return known
    const path = `/customers/${externalId}?expand=${encodeURIComponent(customerExpand)}`
    const found = await getObject(context, merchantId, path, Customer)
    // A deleted customer has no e-mail any more, so only the id is left to go by.
    const value =
      found === undefined
        ? context.tokens.customer({ externalId })
        : customerToken(found, context.tokens)
    references.push({ kind: 'customer', externalId, value })
    return value
  }

  return {
    references,
    async skus(itemIds) {
      const found = new Map<string, string>()
      for (const itemId of new Set(itemIds)) {
        const value = await once(skus, itemId, sku)
        if (value !== undefined) found.set(itemId, value)
      }
      return found
    },
    customer: (customerId) => once(customers, customerId, customer),
    order: (orderId) => once(orders, orderId, (id) => readOrder(context, merchantId, id)),
    payment: (paymentId) =>
      getObject(
        context,
        merchantId,
        `/payments/${paymentId}?expand=${encodeURIComponent('tender,cardTransaction')}`,
        Payment,
      ),
  }
}

function once<Value>(
  asked: Map<string, Promise<Value>>,
  key: string,
  ask: (key: string) => Promise<Value>,
): Promise<Value> {
  let answer = asked.get(key)
  if (answer === undefined) {
    answer = ask(key)
    asked.set(key, answer)
  }
  return answer
}
