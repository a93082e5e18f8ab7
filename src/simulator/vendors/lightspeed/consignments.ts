/** Consignments: rows, the vendor's rules for their states and lines, and the API's words for them. */
import { addQuantities, quantityFrom } from '../../../base/quantity.ts'
import { type Call, Refusal } from './gate.ts'
import { moveLevel, type ProductRow } from './goods.ts'
import { rowId } from './ids.ts'
import { missing } from './routes-read.ts'
import { sendLevel } from './tills.ts'
import { sendHook } from './webhooks.ts'
import { type Account, all, dated, get, put, type Row, type World } from './world.ts'

export interface ConsignmentRow {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly status: string
  readonly outletId: string
  readonly supplierId: string | null
  readonly reference: string | null
  readonly dueAt: string | null
  readonly createdMs: number
}

export interface ConsignmentLineRow {
  readonly productId: string
  readonly sku: string
  readonly count: string
  readonly received: string | null
  readonly cost: string
  readonly createdMs: number
}

const lifeOfOrder = ['OPEN', 'SENT', 'DISPATCHED', 'RECEIVED'] as const
export type Body = Readonly<Record<string, unknown>>

/** Bodies come bare, as in the samples, or wrapped in `data`, as in the schema. */
export function unwrapped(body: unknown): Body {
  const given = (body ?? {}) as Body
  return typeof given.data === 'object' && given.data !== null ? (given.data as Body) : given
}

export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const five = (count: string) => Number(count).toFixed(5)

export function find(world: World, account: Account, id = ''): Row<ConsignmentRow> | undefined {
  return get<ConsignmentRow>(world, account.id, 'consignments', id)
}

export function refuseMove(
  world: World,
  account: Account,
  { id, status: from }: ConsignmentRow,
  to: string,
): Refusal | undefined {
  const no = (message: string) => new Refusal(422, 'Unprocessable Entity', message)
  if (from === 'RECEIVED' || from === 'CANCELLED') return no(`cannot update when ${from}`)
  if (from === to || to === 'CANCELLED') return undefined
  const lines = all<ConsignmentLineRow>(world, account.id, `consignment_products/${id}`)
  if (lines.length === 0) return no('cannot update status without products')
  const steps: readonly string[] = lifeOfOrder
  if (steps.indexOf(to) < steps.indexOf(from) || !steps.includes(to))
    return no(`cannot go from ${from} to ${to}`)
  if (to === 'RECEIVED' && lines.every(({ value }) => Number(value.received ?? 0) === 0))
    return no('nothing was received')
  return undefined
}

/** Raises stock; tells each line, and each level. */
export function receive(world: World, account: Account, { id, outletId }: ConsignmentRow): void {
  const lines = all<ConsignmentLineRow>(world, account.id, `consignment_products/${id}`)
  for (const [sequence, row] of lines.entries()) {
    const { productId, received, count, cost } = row.value
    sendHook(world, account, 'consignment.receive', {
      id: rowId(account.id, 'consignment', `${id}/${productId}`),
      consignment_id: id,
      product_id: productId,
      count: five(count),
      received: received === null ? null : five(received),
      cost: Number(cost),
      sequence_number: sequence,
    })
    const change = received ?? '0'
    if (Number(change) !== 0)
      sendLevel(
        world,
        account,
        moveLevel(world, account, outletId, productId, change, world.deps.nowMs()),
      )
  }
}

/** Bulk adds counts up while an order is open or sent; a `received` marks it as dispatched. */
export function addLines(
  world: World,
  { account, params }: Call,
  given: readonly Body[],
  how: 'set' | 'add',
): Row<ConsignmentLineRow>[] | Refusal {
  const order = find(world, account, params.id)
  if (order === undefined) return missing('consignments')
  if (order.value.status === 'RECEIVED' || order.value.status === 'CANCELLED')
    return new Refusal(422, 'Unprocessable Entity', `cannot add to a ${order.value.status} order`)
  const atMs = world.deps.nowMs()
  const rows: Row<ConsignmentLineRow>[] = []
  for (const body of given) {
    const productId = text(body.product_id) ?? ''
    const product = get<ProductRow>(world, account.id, 'products', productId)
    if (product === undefined)
      return new Refusal(422, 'Unprocessable Entity', 'product_id is not a product')
    if (body.count === undefined && body.received === undefined)
      return new Refusal(422, 'Unprocessable Entity', 'count or received is required')
    const name = `consignment_products/${order.id}` as const
    const before = get<ConsignmentLineRow>(world, account.id, name, productId)?.value
    const count = quantityFrom(text(body.count) ?? before?.count ?? '0')
    const row: ConsignmentLineRow = {
      productId,
      sku: product.value.sku,
      count: how === 'add' && before ? addQuantities(before.count, count) : count,
      received: text(body.received) ?? before?.received ?? null,
      cost: text(body.cost) ?? before?.cost ?? product.value.cost,
      createdMs: before?.createdMs ?? atMs,
    }
    rows.push(put(world, account.id, name, productId, row, atMs))
    if (row.received !== null && order.value.status !== 'DISPATCHED')
      put(
        world,
        account.id,
        'consignments',
        order.id,
        { ...order.value, status: 'DISPATCHED' },
        atMs,
      )
  }
  return rows
}

export function consignment({ value: row, version, modifiedMs }: Row<ConsignmentRow>): object {
  return {
    id: row.id,
    outlet_id: row.outletId,
    name: row.name,
    type: row.type,
    status: row.status,
    supplier_id: row.supplierId,
    source_outlet_id: null,
    reference: row.reference,
    due_at: row.dueAt,
    consignment_date: dated(row.createdMs),
    received_at: row.status === 'RECEIVED' ? dated(modifiedMs) : null,
    show_inactive: true,
    supplier_invoice: '',
    created_at: dated(row.createdMs),
    updated_at: dated(modifiedMs),
    deleted_at: null,
    version,
    filters: [],
  }
}

export function line({ value: row, version, modifiedMs }: Row<ConsignmentLineRow>): object {
  return {
    product_id: row.productId,
    product_sku: row.sku,
    count: five(row.count),
    received: five(row.received ?? '0'),
    cost: five(row.cost),
    is_included: true,
    status: 'PENDING',
    created_at: dated(row.createdMs),
    updated_at: dated(modifiedMs),
    deleted_at: null,
    version,
  }
}
