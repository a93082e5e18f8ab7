/**
 * Purchase orders are consignments of type SUPPLIER. Lightspeed has no idempotency key, so our number
 * goes into `reference`, and each step first looks at what is there already: a lost answer or a
 * repeated command goes on where the last one stopped.
 */

import { z } from 'zod'
import type { PurchaseOrderDraft } from '../../actions/place-purchase-order.ts'
import { Fault } from '../../base/fault.ts'
import type { HttpClient } from '../../base/http-client.ts'
import { decimalFromMinor } from '../../base/money.ts'
import { addQuantities, type Quantity, quantityFrom } from '../../base/quantity.ts'
import type { ApiContext, Execution } from '../connector.ts'
import { Consignment, ConsignmentProduct, Product, Supplier } from './answers.ts'
import { ask, dataOf, dated, getOne, pagesAfter } from './api.ts'
import type { LightspeedSettings } from './settings.ts'

type Context = ApiContext<LightspeedSettings>
type Line = { productId: string; count: Quantity; cost: string }

/** Lightspeed advises against more than 500 at a time. */
const bulkRows = 200

export async function placeOrder(
  draft: PurchaseOrderDraft,
  outletId: string,
  context: Context,
): Promise<Execution> {
  const { api } = context
  const lines = await productLines(draft, context)
  const consignment =
    (await findOrder(api, draft.number, outletId)) ??
    (await createOrder(api, draft, outletId, await findSupplier(draft.supplierId, context)))
  if (consignment.status === 'OPEN') {
    await addMissingLines(api, consignment.id, lines)
    await markSent(api, consignment)
  }
  return readBack(api, consignment.id, draft.number, lines)
}

/** @throws Fault reference_unknown naming the SKU */
async function productLines(draft: PurchaseOrderDraft, context: Context): Promise<Line[]> {
  const lines = new Map<string, Line>()
  for (const { sku, quantity, unitCostMinor } of draft.lines) {
    const productId = await productOf(sku, context)
    if (productId === undefined) throw new Fault('reference_unknown', { field: 'lines.sku', sku })
    // A consignment holds a product once.
    const before = lines.get(productId)?.count
    lines.set(productId, {
      productId,
      count: before === undefined ? quantity : addQuantities(before, quantity),
      cost: decimalFromMinor(unitCostMinor, draft.currency),
    })
  }
  return [...lines.values()]
}

async function productOf(sku: string, { api, references }: Context): Promise<string | undefined> {
  const known = references.externalIds('sku', sku).at(-1)
  if (known !== undefined) return known
  const path = `${dated}/products?sku=${encodeURIComponent(sku)}`
  const found = (await getOne(api, path, z.array(Product))) ?? []
  return found.find((product) => product.sku === sku && !product.deleted_at)?.id
}

async function findOrder(
  api: HttpClient,
  number: string,
  outletId: string,
): Promise<Consignment | undefined> {
  const path = `${dated}/consignments?type=SUPPLIER&outlet_id=${outletId}`
  for await (const { rows } of pagesAfter(api, path, 0))
    for (const { row } of rows) {
      const read = Consignment.safeParse(row)
      if (read.success && read.data.reference === number) return read.data
    }
  return undefined
}

async function findSupplier(supplierId: string, { api, connection }: Context): Promise<string> {
  const configured = connection.settings.suppliers?.[supplierId]
  if (configured !== undefined) return configured
  for await (const { rows } of pagesAfter(api, `${dated}/suppliers`, 0))
    for (const { row } of rows) {
      const read = Supplier.safeParse(row)
      if (read.success && !read.data.deleted_at && read.data.name === supplierId)
        return read.data.id
    }
  const answer = await ask(api, {
    method: 'POST',
    path: `${dated}/suppliers`,
    json: { name: supplierId },
    isRepeatable: false,
  })
  return dataOf(present(answer), Supplier).id
}

async function createOrder(
  api: HttpClient,
  { number }: PurchaseOrderDraft,
  outletId: string,
  supplierId: string,
): Promise<Consignment> {
  const answer = await ask(api, {
    method: 'POST',
    path: `${dated}/consignments`,
    json: {
      name: `Tillway ${number}`,
      type: 'SUPPLIER',
      status: 'OPEN',
      outlet_id: outletId,
      supplier_id: supplierId,
      reference: number,
    },
    isRepeatable: false,
  })
  return dataOf(present(answer), Consignment)
}

/** Bulk adds counts up, so only what is missing is sent, and never again without looking. */
async function addMissingLines(api: HttpClient, id: string, lines: readonly Line[]): Promise<void> {
  const there = await linesOf(api, id)
  const missing = lines.filter(({ productId }) => !there.has(productId))
  for (let start = 0; start < missing.length; start += bulkRows) {
    const batch = missing.slice(start, start + bulkRows)
    // No `received`: giving one would mark the order as dispatched.
    await ask(api, {
      method: 'POST',
      path: `${dated}/consignments/${id}/bulk`,
      json: batch.map(({ productId, count, cost }) => ({ product_id: productId, count, cost })),
      isRepeatable: false,
    })
  }
}

async function linesOf(api: HttpClient, id: string): Promise<Map<string, ConsignmentProduct>> {
  const there = new Map<string, ConsignmentProduct>()
  for await (const { rows } of pagesAfter(api, `${dated}/consignments/${id}/products`, 0))
    for (const { row } of rows) {
      const read = ConsignmentProduct.safeParse(row)
      if (read.success) there.set(read.data.product_id, read.data)
    }
  return there
}

/** Setting the status is the same however often it is done. */
async function markSent(api: HttpClient, consignment: Consignment): Promise<void> {
  const { id, name, type, outlet_id, supplier_id, reference, due_at } = consignment
  await ask(api, {
    method: 'PUT',
    path: `${dated}/consignments/${id}`,
    json: {
      name,
      type,
      outlet_id,
      ...(supplier_id && { supplier_id }),
      ...(reference && { reference }),
      ...(due_at && { due_at }),
      status: 'SENT',
    },
    isRepeatable: true,
  })
}

async function readBack(
  api: HttpClient,
  id: string,
  number: string,
  lines: readonly Line[],
): Promise<Execution> {
  const now = await getOne(api, `${dated}/consignments/${id}`, Consignment)
  const there = await linesOf(api, id)
  const isSent = ['SENT', 'DISPATCHED', 'RECEIVED'].includes(now?.status ?? '')
  const isSame =
    there.size === lines.length &&
    lines.every(({ productId, count }) => sameCount(there.get(productId)?.count, count))
  const isRight = isSent && isSame
  return {
    outcome: 'executed',
    reference: id,
    readBack: isRight ? 'verified' : 'differs',
    says: isRight
      ? `Stock order ${number} is sent with ${lines.length} products.`
      : `Stock order ${number} is ${now?.status ?? 'gone'} with ${there.size} products.`,
  }
}

function sameCount(wire: string | null | undefined, count: Quantity): boolean {
  return wire != null && quantityFrom(wire) === count
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Fault('vendor_refused', { status: 404 })
  return value
}
