/** What can be done over the API: tags, metafields, quantities. */
import { createHash } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { itemView } from './goods-views.ts'
import { putOrder, setLevel } from './hands.ts'
import { locationView } from './place-views.ts'
import { apiTime, collection, gid, idOf, type Shop, shopTime } from './shop.ts'
import { metafieldView, orderView, tagsOf } from './views.ts'
import type { LevelRecord, OrderRecord } from './wire.ts'

/** The number in `gid://shopify/<type>/<number>`. @throws as Shopify does for any other id */
export function numberOf(id: string, type: string): string {
  const match = new RegExp(`^gid://shopify/${type}/(\\d+)$`).exec(id)
  if (match?.[1] === undefined)
    throw new GraphQLError('Invalid id', { extensions: { code: 'RESOURCE_NOT_FOUND' } })
  return match[1]
}

export function mutationsOf(shop: Shop) {
  return {
    tagsAdd: (input: { id: string; tags: string[] }) =>
      retag(shop, input.id, (tags) => [...new Set([...tags, ...input.tags])]),
    tagsRemove: (input: { id: string; tags: string[] }) =>
      retag(shop, input.id, (tags) => tags.filter((tag) => !input.tags.includes(tag))),
    metafieldsSet: ({ metafields }: { metafields: MetafieldInput[] }) =>
      setMetafields(shop, metafields),
    inventorySetQuantities: ({ input }: { input: QuantitiesInput }) => setQuantities(shop, input),
  }
}

function orderRecord(shop: Shop, id: string): OrderRecord | undefined {
  const orderId = numberOf(id, 'Order')
  return shop.deps.documents.get<OrderRecord>(collection(shop, 'orders'), orderId)?.value
}

function retag(shop: Shop, id: string, change: (tags: string[]) => string[]) {
  const record = orderRecord(shop, id)
  if (record === undefined)
    return { node: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] }
  const before = record.order.tags
  record.order.tags = change(tagsOf(record)).sort().join(', ')
  if (record.order.tags !== before) touch(shop, record)
  return { node: orderView(shop, record), userErrors: [] }
}

function touch(shop: Shop, record: OrderRecord): void {
  const nowMs = shop.deps.nowMs()
  record.order.updated_at = shopTime(shop, nowMs)
  putOrder(shop, record, nowMs)
}

interface MetafieldInput {
  readonly ownerId: string
  readonly namespace?: string | null
  readonly key: string
  readonly type?: string | null
  readonly value: string
}

function setMetafields(shop: Shop, inputs: readonly MetafieldInput[]) {
  const written: unknown[] = []
  for (const [index, { ownerId, namespace, key, type, value }] of inputs.entries()) {
    const record = orderRecord(shop, ownerId)
    if (record === undefined) {
      const field = ['metafields', String(index), 'ownerId']
      const error = { field, message: 'Owner does not exist.', code: null, elementIndex: null }
      return { metafields: null, userErrors: [error] }
    }
    const name = `${namespace}.${key}`
    if (record.metafields[name]?.value !== value) {
      const id = idOf(shop, 'metafield', ownerId, name)
      record.metafields[name] = { id, type: type ?? 'single_line_text_field', value }
      touch(shop, record)
    }
    written.push(metafieldView(record, namespace ?? '', key))
  }
  return { metafields: written, userErrors: [] }
}

interface QuantitiesInput {
  readonly name: string
  readonly reason: string
  readonly referenceDocumentUri?: string | null
  readonly quantities: readonly {
    readonly inventoryItemId: string
    readonly locationId: string
    readonly quantity: number
    readonly changeFromQuantity?: number | null
  }[]
}

function setQuantities(shop: Shop, input: QuantitiesInput) {
  const nowMs = shop.deps.nowMs()
  const changes: unknown[] = []
  for (const [index, wanted] of input.quantities.entries()) {
    const locationId = numberOf(wanted.locationId, 'Location')
    const itemId = numberOf(wanted.inventoryItemId, 'InventoryItem')
    const levels = collection(shop, `levels/${locationId}`)
    const level = shop.deps.documents.get<LevelRecord>(levels, itemId)?.value
    const field = ['input', 'quantities', String(index)]
    if (level === undefined) {
      const message = 'The specified inventory item could not be found.'
      return refusedQuantities('INVALID_INVENTORY_ITEM', field, message)
    }
    const { changeFromQuantity: expected } = wanted
    if (expected != null && expected !== level.available)
      return refusedQuantities(
        'CHANGE_FROM_QUANTITY_STALE',
        field,
        'The changeFromQuantity argument no longer matches the persisted quantity.',
      )
    setLevel(shop, locationId, level.sku, wanted.quantity, nowMs)
    changes.push({
      name: input.name,
      delta: wanted.quantity - level.available,
      quantityAfterChange: null,
      item: itemView(shop, level.sku),
      location: locationView(shop, locationId),
    })
  }
  const key = createHash('sha256')
    .update(JSON.stringify([input, nowMs]))
    .digest('hex')
  const group = {
    id: gid('InventoryAdjustmentGroup', idOf(shop, 'adjustment', key)),
    createdAt: apiTime(nowMs),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
    changes,
  }
  return { inventoryAdjustmentGroup: group, userErrors: [] }
}

function refusedQuantities(code: string, field: string[], message: string) {
  return { inventoryAdjustmentGroup: null, userErrors: [{ code, field, message }] }
}
