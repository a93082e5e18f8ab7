/** What happens at the tills: sales, voids, refunds, stock and customers, written down and sent. */
import { negateQuantity } from '../../../base/quantity.ts'
import type { AtTill, SimulatedCustomer, TillLine, TillRefund, TillSale } from '../../till.ts'
import { type CustomerRow, customerIdOf, hookCustomer, saveCustomerRow } from './customers.ts'
import {
  hookLevel,
  type LevelRow,
  moveLevel,
  type ProductRow,
  productIdOf,
  saveProduct,
  setLevel,
} from './goods.ts'
import { addToSession } from './registers.ts'
import { hookCustomerOfSale, hookSale } from './sale-dialects.ts'
import { refundRow, type SaleRow, saleIdOf, saleRow } from './sale-row.ts'
import { hookUser, type UserRow } from './users.ts'
import { sendHook } from './webhooks.ts'
import { type Account, get, put, type Row, type World } from './world.ts'

interface Moved {
  readonly level: Row<LevelRow>
  readonly product: Row<ProductRow>
}

export function ring(world: World, account: Account, sale: TillSale): void {
  const { row, moved } = world.deps.documents.transaction(() => {
    const customerId = knownCustomer(world, account, sale.customer, sale.atMs)
    const moved = move(world, account, sale, sale.lines, -1)
    addToSession(world, account, sale, sale, sale.tenders)
    const value = saleRow(account, sale, customerId, numberOf(sale.saleKey))
    return { row: put(world, account.id, 'sales', value.id, value, sale.atMs), moved }
  })
  sendSale(world, account, row)
  for (const { level, product } of moved) sendLevel(world, account, level, product)
}

/** A sale undone before it was paid, or, if it was rung, afterwards: then the goods come back. */
export function voidSale(world: World, account: Account, sale: TillSale): void {
  const { row, moved } = world.deps.documents.transaction(() => {
    const before = get<SaleRow>(world, account.id, 'sales', saleIdOf(account.id, sale.saleKey))
    const customerId = knownCustomer(world, account, sale.customer, sale.atMs)
    const value: SaleRow = {
      ...(before?.value ?? saleRow(account, sale, customerId, numberOf(sale.saleKey))),
      status: 'VOIDED',
      updatedMs: sale.atMs,
      ...(before === undefined && { payments: [] }),
    }
    const moved = before === undefined ? [] : move(world, account, sale, sale.lines, 1)
    return { row: put(world, account.id, 'sales', value.id, value, sale.atMs), moved }
  })
  sendSale(world, account, row)
  for (const { level, product } of moved) sendLevel(world, account, level, product)
}

/** A return fires for the new sale, and again for the original, which now names it. */
export function refund(world: World, account: Account, back: TillRefund): void {
  const { rows, moved } = world.deps.documents.transaction(() => {
    const customerId = knownCustomer(world, account, back.customer, back.atMs)
    const moved = move(world, account, back, back.lines, 1)
    const tender = { kind: back.tender.kind, amountMinor: -back.tender.amountMinor }
    const sums = { totalMinor: -back.totalMinor, taxMinor: -back.taxMinor }
    addToSession(world, account, back, sums, [tender])
    const value = refundRow(account, back, customerId, numberOf(back.refundKey))
    const row = put(world, account.id, 'sales', value.id, value, back.atMs)
    const original = nameInOriginal(world, account, value, back.atMs)
    return { rows: original === undefined ? [row] : [row, original], moved }
  })
  for (const row of rows) sendSale(world, account, row)
  for (const { level, product } of moved) sendLevel(world, account, level, product)
}

function nameInOriginal(
  world: World,
  account: Account,
  back: SaleRow,
  atMs: number,
): Row<SaleRow> | undefined {
  const original =
    back.returnFor === null
      ? undefined
      : get<SaleRow>(world, account.id, 'sales', back.returnFor)?.value
  if (original === undefined) return undefined
  const returnIds = [...new Set([...original.returnIds, back.id])]
  return put(
    world,
    account.id,
    'sales',
    original.id,
    { ...original, returnIds, updatedMs: atMs },
    atMs,
  )
}

export function setStock(
  world: World,
  account: Account,
  outletId: string,
  sku: string,
  onHand: number,
  atMs: number,
): void {
  const productId = productIdOf(account.id, sku)
  sendLevel(world, account, setLevel(world, account, outletId, productId, String(onHand), atMs))
}

export function saveCustomer(
  world: World,
  account: Account,
  customer: SimulatedCustomer,
  atMs: number,
): void {
  const row = saveCustomerRow(world, account, customer, atMs)
  sendHook(world, account, 'customer.update', hookCustomer(account, row))
}

function knownCustomer(
  world: World,
  account: Account,
  customer: SimulatedCustomer | undefined,
  atMs: number,
): string {
  const id = customerIdOf(account.id, customer)
  if (customer !== undefined && get(world, account.id, 'customers', id) === undefined)
    saveCustomer(world, account, customer, atMs)
  return id
}

/** Receipt numbers count up per register at the vendor; any short text that tells them apart will do. */
function numberOf(key: string): string {
  return key.slice(-24)
}

function move(
  world: World,
  account: Account,
  at: AtTill,
  lines: readonly TillLine[],
  sign: 1 | -1,
): readonly Moved[] {
  return lines.map((line) => {
    const productId = productIdOf(account.id, line.sku)
    // A till may sell what was never in the catalogue; it is put there on the spot.
    const product =
      get<ProductRow>(world, account.id, 'products', productId) ??
      saveProduct(
        world,
        account,
        { sku: line.sku, name: line.name, priceMinor: line.unitPriceMinor, costMinor: 0 },
        at.atMs,
      )
    const change = sign === 1 ? line.quantity : negateQuantity(line.quantity)
    const outletId = at.storeExternalId
    return { level: moveLevel(world, account, outletId, productId, change, at.atMs), product }
  })
}

function sendSale(world: World, account: Account, row: Row<SaleRow>): void {
  const customer = get<CustomerRow>(world, account.id, 'customers', row.value.customerId)
  const user = get<UserRow>(world, account.id, 'users', row.value.userId)
  const payload = hookSale(
    account.id,
    row,
    customer === undefined ? {} : hookCustomerOfSale(customer),
    user === undefined ? {} : hookUser(user),
  )
  sendHook(world, account, 'sale.update', payload)
}

/** @param product where it is at hand already */
export function sendLevel(
  world: World,
  account: Account,
  level: Row<LevelRow>,
  product = get<ProductRow>(world, account.id, 'products', level.value.productId),
): void {
  if (product === undefined) return
  const outlet = account.stores.get(level.value.outletId)
  sendHook(world, account, 'inventory.update', hookLevel(level, product, outlet))
}
