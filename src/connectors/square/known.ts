/** Resolves ids: variations to SKUs and customers to tokens, from the reference book, else by API. */
import { z } from 'zod'
import type { Reference } from '../connector.ts'
import { ask, search } from './calls.ts'
import { referencesOfCatalog } from './catalogue.ts'
import { customerReference } from './people.ts'
import { CatalogObject, Customer, maybe, type Order } from './resources.ts'
import { customerIdOf, type Known } from './sale.ts'
import type { SquareApi } from './settings.ts'

export interface Resolved extends Known {
  /** What was learnt on the way, to be remembered. */
  readonly references: readonly Reference[]
}

const Catalog = z.looseObject({ objects: maybe(z.array(CatalogObject)) })
const Customers = z.looseObject({
  responses: maybe(z.record(z.string(), z.looseObject({ customer: maybe(Customer) }))),
})

/** Both endpoints take at least this many ids at once (bulk-retrieve of customers no more). */
const idsMax = 100

export async function resolveOrders(
  orders: readonly Order[],
  context: SquareApi,
): Promise<Resolved> {
  const variationIds = orders.flatMap(variationIdsOf)
  const customerIds = orders.map(customerIdOf).filter((id) => id !== undefined)
  const references = [
    ...(await learnSkus(variationIds, context)),
    ...(await learnCustomers(customerIds, context)),
  ]
  return { references, ...lookInto(references, context) }
}

/** What stands behind ids: what was just learnt, then what is remembered. */
function lookInto(references: readonly Reference[], context: SquareApi): Known {
  const learnt = new Map(references.map((entry) => [`${entry.kind}/${entry.externalId}`, entry]))
  const find = (kind: string, id: string) =>
    learnt.get(`${kind}/${id}`)?.value ?? context.references.find(kind, id)
  return { skuOf: (id) => find('sku', id), customerOf: (id) => find('customer', id) }
}

function variationIdsOf(order: Order): string[] {
  const lines = [
    ...(order.line_items ?? []),
    ...(order.returns ?? []).flatMap((entry) => entry.return_line_items ?? []),
  ]
  return lines.map((line) => line.catalog_object_id).filter((id) => id !== undefined)
}

export async function learnSkus(
  variationIds: readonly string[],
  context: SquareApi,
): Promise<Reference[]> {
  const references: Reference[] = []
  for (const ids of unknownOf('sku', variationIds, context)) {
    const request = search('/v2/catalog/batch-retrieve', {
      object_ids: ids,
      include_related_objects: true,
      include_deleted_objects: true,
    })
    const { objects = [] } = await ask(context.api, request, Catalog)
    references.push(...referencesOfCatalog(objects))
  }
  return references
}

/** Someone whom Square no longer knows still gets a token, by the vendor's id alone. */
async function learnCustomers(
  customerIds: readonly string[],
  context: SquareApi,
): Promise<Reference[]> {
  const references: Reference[] = []
  for (const ids of unknownOf('customer', customerIds, context)) {
    const request = search('/v2/customers/bulk-retrieve', { customer_ids: ids })
    const { responses = {} } = await ask(context.api, request, Customers)
    for (const id of ids)
      references.push(customerReference(responses[id]?.customer ?? { id }, context))
  }
  return references
}

function unknownOf(kind: string, ids: readonly string[], context: SquareApi): string[][] {
  const unknown = [...new Set(ids)].filter((id) => context.references.find(kind, id) === undefined)
  const chunks: string[][] = []
  for (let start = 0; start < unknown.length; start += idsMax)
    chunks.push(unknown.slice(start, start + idsMax))
  return chunks
}
