/**
 * The cash log and the time clock. There is no register session at Clover: opening is cash loaded,
 * closing is all of it unloaded. Cash of a sale is logged too, but is taken not to be sent as a
 * webhook, whose name in the dashboard is "cash adjustments".
 */
import type { AtTill } from '../../till.ts'
import { find, save } from './documents.ts'
import { cloverId } from './ids.ts'
import type { Shop } from './shop.ts'

const floatMinor = 20_000

export function recordCash(
  shop: Shop,
  at: AtTill,
  type: 'LOAD' | 'TRANSACTION' | 'OPEN' | 'UNLOAD',
  amountChange: number,
  key: string,
): void {
  const merchantId = at.storeExternalId
  const id = cloverId('cash', merchantId, at.registerExternalId, type, key)
  const cashEvent = {
    id,
    type,
    amountChange,
    timestamp: at.atMs,
    employee: { id: at.employeeExternalId },
    device: { id: at.registerExternalId },
  }
  save(shop.documents, merchantId, 'cash_events', cashEvent, at.atMs)
  const before = type === 'LOAD' ? 0 : drawerMinor(shop, at)
  const drawer = { id: at.registerExternalId, cashMinor: before + amountChange }
  save(shop.documents, merchantId, 'drawers', drawer, at.atMs)
  if (type !== 'TRANSACTION') shop.bundler.add(merchantId, `CA:${id}`, 'CREATE', at.atMs)
}

export function openRegister(shop: Shop, at: AtTill): void {
  recordCash(shop, at, 'LOAD', floatMinor, String(at.atMs))
}

export function closeRegister(shop: Shop, at: AtTill): void {
  recordCash(shop, at, 'UNLOAD', -drawerMinor(shop, at), String(at.atMs))
}

export function openDrawer(shop: Shop, at: AtTill): void {
  recordCash(shop, at, 'OPEN', 0, String(at.atMs))
}

function drawerMinor(shop: Shop, { storeExternalId, registerExternalId }: AtTill): number {
  const drawer = find<{ cashMinor: number }>(
    shop.documents,
    storeExternalId,
    'drawers',
    registerExternalId,
  )
  return drawer?.cashMinor ?? 0
}

/** No webhook tells of shifts. */
export function clockIn(shop: Shop, at: AtTill): void {
  const merchantId = at.storeExternalId
  const id = cloverId('shift', merchantId, at.employeeExternalId, String(at.atMs))
  const shift = {
    id,
    employee: { id: at.employeeExternalId },
    cashTipsCollected: 0,
    serverBanking: false,
    inTime: at.atMs,
  }
  save(shop.documents, merchantId, 'shifts', shift, at.atMs)
  const open = { id: at.employeeExternalId, shift }
  save(shop.documents, merchantId, 'open_shifts', open, at.atMs)
}

export function clockOut(shop: Shop, at: AtTill): void {
  const merchantId = at.storeExternalId
  const open = find<{ shift: { id: string } }>(
    shop.documents,
    merchantId,
    'open_shifts',
    at.employeeExternalId,
  )
  if (open === undefined) return
  shop.documents.remove(`clover/${merchantId}/open_shifts`, at.employeeExternalId)
  save(shop.documents, merchantId, 'shifts', { ...open.shift, outTime: at.atMs } as never, at.atMs)
}
