/** Suppliers and consignments (purchase orders), with the vendor's rules for their states. */
import {
  addLines,
  type Body,
  type ConsignmentLineRow,
  type ConsignmentRow,
  consignment,
  find,
  five,
  line,
  receive,
  refuseMove,
  text,
  unwrapped,
} from './consignments.ts'
import { type Call, Refusal, type Route } from './gate.ts'
import { rowId } from './ids.ts'
import { missing, pageOf, rowsAfter } from './routes-read.ts'
import { all, put, type Row, type World } from './world.ts'

interface SupplierRow {
  readonly id: string
  readonly name: string
}

const write = 'consignments:write:stock_order'

export function stockRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: '/suppliers',
      scope: 'suppliers:read',
      handle: ({ account, query }) =>
        pageOf(rowsAfter<SupplierRow>(world, account, 'suppliers', query), supplier),
    },
    {
      method: 'POST',
      path: '/suppliers',
      scope: 'suppliers:write',
      status: 201,
      handle: (call) => createSupplier(world, call),
    },
    {
      method: 'GET',
      path: '/consignments',
      scope: 'consignments:read',
      handle: (call) => listConsignments(world, call),
    },
    {
      method: 'POST',
      path: '/consignments',
      scope: write,
      status: 201,
      handle: (call) => createConsignment(world, call),
    },
    {
      method: 'GET',
      path: '/consignments/:id',
      scope: 'consignments:read',
      handle: ({ account, params }) => {
        const row = find(world, account, params.id)
        return row === undefined ? missing('consignments') : { data: consignment(row) }
      },
    },
    {
      method: 'PUT',
      path: '/consignments/:id',
      scope: write,
      handle: (call) => updateConsignment(world, call),
    },
    {
      method: 'GET',
      path: '/consignments/:id/products',
      scope: 'consignments:read',
      handle: ({ account, params, query }) =>
        pageOf(
          rowsAfter<ConsignmentLineRow>(
            world,
            account,
            `consignment_products/${params.id ?? ''}`,
            query,
          ),
          line,
        ),
    },
    {
      method: 'POST',
      path: '/consignments/:id/products',
      scope: write,
      handle: (call) => {
        const added = addLines(world, call, [unwrapped(call.body)], 'set')
        return Array.isArray(added) && added[0] ? { data: line(added[0]) } : added
      },
    },
    {
      method: 'POST',
      path: '/consignments/:id/bulk',
      scope: write,
      handle: (call) => {
        const rows = Array.isArray(call.body) ? (call.body as Body[]) : []
        const added = addLines(world, call, rows, 'add')
        if (added instanceof Refusal) return added
        return {
          data: Object.fromEntries(added.map((row) => [row.id, { count: five(row.value.count) }])),
        }
      },
    },
  ]
}

function createSupplier(world: World, { account, body }: Call) {
  const name = text(unwrapped(body).name)
  if (name === null) return new Refusal(422, 'Unprocessable Entity', 'name is required')
  const id = rowId(account.id, 'supplier', `${all(world, account.id, 'suppliers').length}`)
  const row = put(world, account.id, 'suppliers', id, { id, name }, world.deps.nowMs())
  return { data: supplier(row) }
}

function supplier({ value, version }: Row<SupplierRow>): object {
  return { id: value.id, name: value.name, description: '', deleted_at: null, version }
}

function listConsignments(world: World, { account, query }: Call): object {
  const rows = rowsAfter<ConsignmentRow>(world, account, 'consignments', query)
  const wanted = rows.filter(
    ({ value }) =>
      (query.type === undefined || value.type === query.type) &&
      (query.status === undefined || value.status === query.status) &&
      (query.outlet_id === undefined || value.outletId === query.outlet_id),
  )
  return pageOf(wanted, consignment)
}

function createConsignment(world: World, { account, body }: Call) {
  const given = unwrapped(body)
  const [name, outletId, type] = [text(given.name), text(given.outlet_id), text(given.type)]
  if (name === null || outletId === null || type === null)
    return new Refusal(422, 'Unprocessable Entity', 'name, outlet_id and type are required')
  if (!account.stores.has(outletId))
    return new Refusal(422, 'Unprocessable Entity', 'outlet_id is not an outlet')
  const status = text(given.status) ?? 'OPEN'
  if (status === 'DISPATCHED' || status === 'RECEIVED')
    return new Refusal(422, 'Unprocessable Entity', `cannot be created as ${status}`)
  const atMs = world.deps.nowMs()
  const count = all(world, account.id, 'consignments').length
  const row: ConsignmentRow = {
    id: rowId(account.id, 'consignment', `${atMs}/${count}`),
    name,
    type,
    status,
    outletId,
    supplierId: text(given.supplier_id),
    reference: text(given.reference),
    dueAt: text(given.due_at),
    createdMs: atMs,
  }
  return { data: consignment(put(world, account.id, 'consignments', row.id, row, atMs)) }
}

function updateConsignment(world: World, { account, params, body }: Call) {
  const before = find(world, account, params.id)
  if (before === undefined) return missing('consignments')
  const given = unwrapped(body)
  const status = text(given.status) ?? before.value.status
  const refusal = refuseMove(world, account, before.value, status)
  if (refusal !== undefined) return refusal
  const row: ConsignmentRow = {
    ...before.value,
    name: text(given.name) ?? before.value.name,
    supplierId: text(given.supplier_id) ?? before.value.supplierId,
    reference: text(given.reference) ?? before.value.reference,
    dueAt: text(given.due_at) ?? before.value.dueAt,
    status,
  }
  const after = put(world, account.id, 'consignments', row.id, row, world.deps.nowMs())
  if (status === 'RECEIVED' && before.value.status !== 'RECEIVED') receive(world, account, row)
  return { data: consignment(after) }
}
