/** Lookups: what a webhook left out, asked of the API. Also finds the names that sales need. */

import { z } from 'zod'
import type { HttpClient } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import {
  type ApiContext,
  type DraftEvent,
  type Lookup,
  type LookupResult,
  nothing,
} from '../connector.ts'
import { Customer, InventoryLevel, Product } from './answers.ts'
import { dated, getOne, stockPage } from './api.ts'
import { readAnsweredSale, type SaleFacts } from './dialects.ts'
import { learnProduct, levelEvents, productEvents } from './goods.ts'
import { type LearningNames, learnOn } from './names.ts'
import { customerEvents, customerOfSale, learnCustomer } from './people.ts'
import { saleEvents, unknownProducts } from './sale-events.ts'
import type { LightspeedSettings } from './settings.ts'

type Context = ApiContext<LightspeedSettings>
type Told = readonly DraftEvent[] | { readonly notYet: string }

const fetchers: Readonly<
  Record<string, (id: string, context: Context, names: LearningNames) => Promise<Told>>
> = { sale: fetchSale, product: fetchProduct, customer: fetchCustomer, inventory: fetchInventory }

export const fetchableKinds: ReadonlySet<string> = new Set(Object.keys(fetchers))

export async function fetchLookup(
  { kind, externalId }: Lookup,
  context: Context,
): Promise<LookupResult> {
  const names = learnOn(context.references)
  const told = (await fetchers[kind]?.(encodeURIComponent(externalId), context, names)) ?? []
  if ('notYet' in told) return { outcome: 'not_yet', why: told.notYet }
  return {
    outcome: 'translated',
    translation: { ...nothing, events: told, references: names.learned },
  }
}

async function fetchSale(id: string, context: Context, names: LearningNames): Promise<Told> {
  const answer = await getOne(context.api, `${dated}/sales/${id}`, z.unknown())
  if (answer === undefined) return { notYet: 'Lightspeed does not show the sale yet.' }
  return tellAnsweredSale(readAnsweredSale(answer), context, names)
}

/** A sale with all its names, asked for where they are not known. */
export async function tellAnsweredSale(
  facts: SaleFacts,
  context: Context,
  names: LearningNames,
): Promise<readonly DraftEvent[]> {
  if (facts.stage === 'open') return []
  for (const productId of new Set(unknownProducts(facts, names)))
    await findProduct(productId, context.api, names)
  return saleEvents(facts, await customerToken(facts, context, names), context, names)
}

async function customerToken(
  facts: SaleFacts,
  { api, tokens }: Context,
  names: LearningNames,
): Promise<string | undefined> {
  const customer = customerOfSale(facts, tokens, names)
  if (customer.outcome === 'known') return customer.token
  const { customerId } = facts
  if (customer.outcome === 'none' || customerId === undefined) return undefined
  const card = await getOne(api, `${dated}/customers/${customerId}`, Customer)
  // Deleted for good: no e-mail is to be had any more, so the vendor's id is all there is.
  return card === undefined
    ? tokens.customer({ externalId: customerId })
    : learnCustomer(card, tokens, names)
}

/** The product's SKU, asked for if need be; nothing when it has none or is gone. */
export async function findProduct(
  productId: string,
  api: HttpClient,
  names: LearningNames,
): Promise<string | undefined> {
  const known = names.find('sku', productId)
  if (known !== undefined) return known
  const answer = await getOne(api, `${dated}/products/${productId}`, ProductCard)
  const product = productCardOf(answer, productId)
  return product === undefined ? undefined : learnProduct(product, names)
}

/** One product comes as an object; variants of it may come as a list. */
const ProductCard = z.union([Product, z.array(Product)])

function productCardOf(
  answer: z.infer<typeof ProductCard> | undefined,
  id: string,
): Product | undefined {
  return Array.isArray(answer) ? answer.find((product) => product.id === id) : answer
}

async function fetchProduct(
  id: string,
  { api, connection }: Context,
  names: LearningNames,
): Promise<Told> {
  const answer = await getOne(api, `${dated}/products/${id}`, ProductCard)
  const product = productCardOf(answer, decodeURIComponent(id))
  return product === undefined ? [] : productEvents(product, connection, names)
}

async function fetchCustomer(id: string, context: Context, names: LearningNames): Promise<Told> {
  const card = await getOne(context.api, `${dated}/customers/${id}`, Customer)
  return card === undefined ? [] : customerEvents(card, context, names)
}

async function fetchInventory(id: string, context: Context, names: LearningNames): Promise<Told> {
  const productId = decodeURIComponent(id)
  const { rows, at } = await stockPage(context.api, { product_id: productId })
  if (at === undefined || (await findProduct(productId, context.api, names)) === undefined)
    return []
  return rows.flatMap(({ row }) => tellLevel(row, at, context, names))
}

export function tellLevel(
  row: unknown,
  at: string,
  { connection }: Pick<Context, 'connection'>,
  names: LearningNames,
): DraftEvent[] {
  const level = parse(InventoryLevel, row, 'payload_malformed')
  return levelEvents(
    {
      id: level.id,
      productId: level.product_id,
      outletId: level.outlet_id,
      count: level.current_inventory_level,
      version: level.version,
    },
    at,
    connection,
    names,
  )
}
