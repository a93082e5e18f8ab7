/**
 * Cash drawers, swept: Square sends no webhooks of them. A drawer shift is our register session;
 * its events without a sale are openings of the drawer.
 */
import { z } from 'zod'
import { parseJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import type { BackfillPage, ConnectedStore, DraftEvent } from '../connector.ts'
import { nothing } from '../connector.ts'
import { askIfThere, at, get, pages } from './calls.ts'
import { DrawerEvent, DrawerShift, maybe } from './resources.ts'
import type { SquareApi } from './settings.ts'
import { findStore, registerOf } from './stores.ts'

/**
 * Square lists by opening time alone, so shifts that were open last time are asked for by id, and
 * those already told that opened at the cursor's own time are passed over.
 */
const Cursor = z.object({
  openedAt: z.string(),
  told: z.array(z.string()),
  open: z.array(z.string()),
})

const Shifts = z.looseObject({
  cash_drawer_shifts: maybe(z.array(z.looseObject({ id: z.string(), opened_at: z.string() }))),
})
const ShiftAnswer = z.looseObject({ cash_drawer_shift: DrawerShift })
const Events = z.looseObject({ cash_drawer_shift_events: maybe(z.array(DrawerEvent)) })

export async function* backfillDrawers(
  from: { cursor?: string; since: Instant },
  context: SquareApi,
  locationId: string,
): AsyncGenerator<BackfillPage> {
  const store = findStore(context.connection, locationId)
  if (store === undefined) return
  const start =
    from.cursor === undefined
      ? { openedAt: from.since, told: [], open: [] }
      : parse(Cursor, parseJson(from.cursor), 'payload_malformed')
  const open = new Set(start.open)
  let { openedAt, told } = start
  const page = (events: readonly DraftEvent[]): BackfillPage => ({
    translation: { ...nothing, events },
    cursor: JSON.stringify({ openedAt, told, open: [...open] }),
  })
  for (const id of start.open) yield page(await shiftAndEvents(id, store, context, open))

  const query = { location_id: locationId, begin_time: start.openedAt, limit: '100' }
  const request = (next: string | undefined) => get('/v2/cash-drawers/shifts', at(query, next))
  const done = new Set([...start.open, ...start.told])
  for await (const { page: listed } of pages(context.api, request, Shifts)) {
    const events: DraftEvent[] = []
    for (const { id, opened_at } of listed.cash_drawer_shifts ?? []) {
      const instant = instantFrom(opened_at, 'opened_at')
      told = instant > openedAt ? [id] : [...new Set([...told, id])]
      if (instant > openedAt) openedAt = instant
      if (!done.has(id)) events.push(...(await shiftAndEvents(id, store, context, open)))
    }
    yield page(events)
  }
}

/** Also keeps `open` right. */
async function shiftAndEvents(
  id: string,
  store: ConnectedStore,
  context: SquareApi,
  open: Set<string>,
): Promise<DraftEvent[]> {
  const path = `/v2/cash-drawers/shifts/${encodeURIComponent(id)}`
  const query = { location_id: store.externalId }
  const answer = await askIfThere(context.api, get(path, query), ShiftAnswer)
  if (answer === undefined) {
    open.delete(id)
    return []
  }
  const shift = answer.cash_drawer_shift
  if (shift.state === 'CLOSED') open.delete(id)
  else open.add(id)
  const events = sessionEvents(shift, store, context)
  const request = (next: string | undefined) =>
    get(`${path}/events`, at({ ...query, limit: '1000' }, next))
  for await (const { page } of pages(context.api, request, Events))
    for (const event of page.cash_drawer_shift_events ?? [])
      events.push(...drawerOpenings(event, shift, store, context))
  return events
}

/** ENDED means that nobody has counted yet: the register is closed once it is CLOSED. */
function sessionEvents(
  shift: DrawerShift,
  store: ConnectedStore,
  { tokens }: SquareApi,
): DraftEvent[] {
  const place = { key: shift.id, storeId: store.storeId, ...registerOf(store, shift.device?.id) }
  const opened: DraftEvent = {
    type: 'register.opened',
    ...place,
    occurredAt: instantFrom(shift.opened_at, 'opened_at'),
    data: {
      sessionId: shift.id,
      ...(shift.opening_team_member_id !== undefined && {
        employeeId: tokens.employee(shift.opening_team_member_id),
      }),
      ...(shift.opened_cash_money !== undefined && {
        currency: shift.opened_cash_money.currency,
        floatMinor: shift.opened_cash_money.amount,
      }),
    },
  }
  if (shift.state !== 'CLOSED' || shift.closed_at === undefined) return [opened]
  const closed: DraftEvent = {
    type: 'register.closed',
    ...place,
    occurredAt: instantFrom(shift.closed_at, 'closed_at'),
    data: {
      sessionId: shift.id,
      ...(shift.closing_team_member_id !== undefined && {
        employeeId: tokens.employee(shift.closing_team_member_id),
      }),
      currency: shift.closed_cash_money?.currency ?? store.currency,
      ...(shift.expected_cash_money !== undefined && {
        expectedCashMinor: shift.expected_cash_money.amount,
      }),
      ...(shift.closed_cash_money !== undefined && {
        countedCashMinor: shift.closed_cash_money.amount,
      }),
      isSynthetic: false,
    },
  }
  return [opened, closed]
}

const reasons = new Map([
  ['NO_SALE', 'no_sale'],
  ['PAID_IN', 'paid_in'],
  ['PAID_OUT', 'paid_out'],
] as const)

function drawerOpenings(
  event: DrawerEvent,
  shift: DrawerShift,
  store: ConnectedStore,
  { tokens }: SquareApi,
): DraftEvent[] {
  const reason = reasons.get(event.event_type as 'NO_SALE')
  if (reason === undefined) return []
  return [
    {
      type: 'drawer.opened',
      key: `${shift.id}/${event.id}`,
      storeId: store.storeId,
      ...registerOf(store, shift.device?.id),
      occurredAt: instantFrom(event.created_at, 'created_at'),
      data: {
        ...(event.team_member_id !== undefined && {
          employeeId: tokens.employee(event.team_member_id),
        }),
        reason,
        ...(event.event_money !== undefined && {
          currency: event.event_money.currency,
          amountMinor: event.event_money.amount,
        }),
      },
    },
  ]
}
