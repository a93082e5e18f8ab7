/**
 * The cash log. Clover has no register session: LOAD (cash put in at the start) is told as an opening
 * and UNLOAD (taken out at the end) as a synthetic closing, whose expected cash is the log's sum.
 * Stores that do not use the cash log have neither.
 */
import { instantFromMs } from '../../base/time.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import { getList } from './api.ts'
import { CashEvent } from './payloads.ts'
import { registerOf } from './sale.ts'
import type { CloverContext } from './settings.ts'

/** How far back a session may have begun. */
const sessionMsMax = 36 * 3600_000
const listMax = 1000

/** Cash events have no id: device, time and kind name them. */
function keyOf({ device, timestamp, type, amountChange }: CashEvent): string {
  return `${device?.id ?? 'none'}/${timestamp}/${type}/${amountChange ?? 0}`
}

export async function cashTranslation(
  cashEvents: readonly CashEvent[],
  store: ConnectedStore,
  context: CloverContext,
): Promise<DraftEvent[]> {
  const drafts: DraftEvent[] = []
  for (const cashEvent of cashEvents) {
    const draft =
      cashEvent.type === 'UNLOAD'
        ? await closing(cashEvent, store, context)
        : simple(cashEvent, store, context)
    if (draft !== undefined) drafts.push(draft)
  }
  return drafts
}

function simple(
  cashEvent: CashEvent,
  store: ConnectedStore,
  context: CloverContext,
): DraftEvent | undefined {
  const { type, amountChange } = cashEvent
  const envelope = envelopeOf(cashEvent, store)
  const employee = employeeOf(cashEvent, context)
  if (type === 'LOAD')
    return {
      ...envelope,
      type: 'register.opened',
      data: {
        sessionId: sessionIdOf(cashEvent),
        ...employee,
        currency: store.currency,
        floatMinor: amountChange ?? 0,
      },
    }
  if (type === 'OPEN')
    return { ...envelope, type: 'drawer.opened', data: { ...employee, reason: 'no_sale' } }
  if (type !== 'ADJUSTMENT') return undefined
  return {
    ...envelope,
    type: 'drawer.opened',
    data: {
      ...employee,
      reason: (amountChange ?? 0) < 0 ? 'paid_out' : 'paid_in',
      currency: store.currency,
      amountMinor: Math.abs(amountChange ?? 0),
    },
  }
}

async function closing(
  unload: CashEvent,
  store: ConnectedStore,
  context: CloverContext,
): Promise<DraftEvent> {
  const { elements } = await getList(
    context,
    store.externalId,
    unload.device == null ? '/cash_events' : `/devices/${unload.device.id}/cash_events`,
    {
      filters: [`timestamp>=${unload.timestamp - sessionMsMax}`, `timestamp<=${unload.timestamp}`],
      limit: listMax,
    },
    CashEvent,
  )
  const log = elements
    .filter(({ device }) => device?.id === unload.device?.id)
    .sort((a, b) => a.timestamp - b.timestamp)
  const begin = log.findLastIndex(({ type }) => type === 'LOAD')
  const load = log[begin]
  const expectedCashMinor = log
    .slice(Math.max(begin, 0))
    .filter(({ type }) => type !== 'UNLOAD')
    .reduce((sum, { amountChange }) => sum + (amountChange ?? 0), 0)
  return {
    ...envelopeOf(unload, store),
    type: 'register.closed',
    data: {
      sessionId: sessionIdOf(load ?? unload),
      ...employeeOf(unload, context),
      currency: store.currency,
      // Without its beginning the sum would mean nothing; nor when the list was cut off.
      ...(load !== undefined && elements.length < listMax && { expectedCashMinor }),
      countedCashMinor: Math.abs(unload.amountChange ?? 0),
      isSynthetic: true,
    },
  }
}

function envelopeOf(cashEvent: CashEvent, store: ConnectedStore) {
  const registerId = registerOf(store, cashEvent.device?.id)
  return {
    key: keyOf(cashEvent),
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFromMs(cashEvent.timestamp),
  }
}

function employeeOf({ employee }: CashEvent, { tokens }: CloverContext) {
  return employee == null ? {} : { employeeId: tokens.employee(employee.id) }
}

function sessionIdOf({ device, timestamp }: CashEvent): string {
  return `${device?.id ?? 'none'}/${timestamp}`
}
