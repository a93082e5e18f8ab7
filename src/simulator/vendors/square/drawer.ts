/** Cash drawer shifts and their events. Square sends no webhooks of them. */
import type { AtTill, TillTender } from '../../till.ts'
import { type Account, amount, locationOf, of } from './account.ts'
import { idFrom, type Json, time, uuidFrom } from './wire.ts'

interface Shift extends Json {
  id: string
  state: string
  opened_at: string
  /** Ours; what a route tells of a shift leaves it out. */
  eventsCount: number
  opened_cash_money: { amount: number; currency: string }
  cash_payment_money: { amount: number; currency: string }
  cash_refunds_money: { amount: number; currency: string }
  expected_cash_money: { amount: number; currency: string }
}

/** What lies in a drawer in the morning. */
const floatMinor = 10_000

export function openRegister(account: Account, at: AtTill): void {
  if (openShift(account, at.registerExternalId) !== undefined) return
  const id = uuidFrom(
    account.facts.accountId,
    'drawer',
    at.registerExternalId,
    String(at.atMs),
  ).toUpperCase()
  const store = locationOf(account, at.storeExternalId)
  const register = store.registers.find(({ externalId }) => externalId === at.registerExternalId)
  const zero = amount(account, 0)
  const shift: Shift = {
    id,
    state: 'OPEN',
    eventsCount: 0,
    opened_at: time(at.atMs),
    opened_cash_money: amount(account, floatMinor),
    cash_payment_money: zero,
    cash_refunds_money: zero,
    cash_paid_in_money: zero,
    cash_paid_out_money: zero,
    expected_cash_money: amount(account, floatMinor),
    device: { id: at.registerExternalId, name: register?.name ?? 'Register' },
    created_at: time(at.atMs),
    updated_at: time(at.atMs),
    location_id: at.storeExternalId,
    team_member_ids: [at.employeeExternalId],
    opening_team_member_id: at.employeeExternalId,
  }
  put(account, shift)
  account.documents.put(
    of(account).openDrawers,
    at.registerExternalId,
    { id, locationId: at.storeExternalId },
    at.atMs,
  )
}

/** Counted to the unit: the simulator gives no other sum. */
export function closeRegister(account: Account, at: AtTill): void {
  const shift = openShift(account, at.registerExternalId)
  if (shift === undefined) return
  put(account, {
    ...shift,
    state: 'CLOSED',
    ended_at: time(at.atMs),
    closed_at: time(at.atMs),
    updated_at: time(at.atMs),
    closed_cash_money: shift.expected_cash_money,
    ending_team_member_id: at.employeeExternalId,
    closing_team_member_id: at.employeeExternalId,
  })
  account.documents.remove(of(account).openDrawers, at.registerExternalId)
}

/** Square knows of a drawer only while its shift is open. */
export function openDrawer(account: Account, at: AtTill): void {
  const shift = openShift(account, at.registerExternalId)
  if (shift === undefined) return
  putEvent(account, shift, at, 'NO_SALE', 0)
  put(account, { ...shift, updated_at: time(at.atMs) })
}

export function recordTender(
  account: Account,
  at: AtTill,
  { kind, amountMinor }: TillTender,
  direction: 'payment' | 'refund',
): void {
  const shift = openShift(account, at.registerExternalId)
  if (shift === undefined) return
  const cashMinor = kind === 'cash' ? amountMinor : 0
  const type = `${kind === 'cash' ? 'CASH' : 'OTHER'}_TENDER_${direction.toUpperCase()}`
  putEvent(account, shift, at, type, cashMinor)
  const field = direction === 'payment' ? 'cash_payment_money' : 'cash_refunds_money'
  const sign = direction === 'payment' ? 1 : -1
  put(account, {
    ...shift,
    [field]: amount(account, shift[field].amount + cashMinor),
    expected_cash_money: amount(account, shift.expected_cash_money.amount + sign * cashMinor),
    updated_at: time(at.atMs),
  })
}

function openShift(account: Account, registerId: string): Shift | undefined {
  const { documents } = account
  const open = documents.get<{ id: string; locationId: string }>(
    of(account).openDrawers,
    registerId,
  )?.value
  return open && documents.get<Shift>(of(account).drawers(open.locationId), open.id)?.value
}

/** Lists go by when a shift was opened, so that is what it is filed under. */
function put(account: Account, shift: Shift): void {
  const collection = of(account).drawers(String(shift.location_id))
  account.documents.put(collection, shift.id, shift, Date.parse(shift.opened_at))
}

/** Also counts it, in `shift` itself: whoever calls puts that away. */
function putEvent(
  account: Account,
  shift: Shift,
  at: AtTill,
  event_type: string,
  minor: number,
): void {
  const collection = of(account).drawerEvents(shift.id)
  shift.eventsCount += 1
  const id = idFrom(shift.id, String(shift.eventsCount))
  const event = {
    id,
    event_type,
    event_money: amount(account, minor),
    created_at: time(at.atMs),
    team_member_id: at.employeeExternalId,
  }
  account.documents.put(collection, id, event, at.atMs)
}
