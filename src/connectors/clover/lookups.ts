/** Resolves what a webhook only named. */
import { Fault } from '../../base/fault.ts'
import { type ConnectedStore, type Lookup, type LookupResult, nothing } from '../connector.ts'
import { getList, getObject, storeOf } from './api.ts'
import { cashTranslation } from './cash.ts'
import { itemDeleted, itemEvents, itemExpand } from './catalogue.ts'
import { CashEvent, Customer, Employee, elementsOf, Item, Refund } from './payloads.ts'
import {
  customerChanged,
  customerDeleted,
  customerExpand,
  employeeChanged,
  employeeDeleted,
} from './people.ts'
import { refundEvent, stateOfRefund } from './refund.ts'
import { createResolver } from './resolver.ts'
import { saleEvents } from './sale.ts'
import type { CloverContext } from './settings.ts'

interface Asked {
  readonly externalId: string
  readonly merchantId: string
  readonly store: ConnectedStore
  readonly isDeleted: boolean
  /** The webhook's own time, else the beginning of time. */
  readonly seenAtMs: number
}

type Resolve = (asked: Asked, context: CloverContext) => Promise<LookupResult>

const resolvers: Readonly<Record<string, Resolve>> = {
  order: (asked, context) => order(asked.externalId, asked, context),
  payment,
  refund,
  item,
  customer,
  employee,
  cash_events: cashEvents,
}

export async function fetchLookup(lookup: Lookup, context: CloverContext): Promise<LookupResult> {
  const resolve = Object.hasOwn(resolvers, lookup.kind) ? resolvers[lookup.kind] : undefined
  const merchantId = lookup.hints?.merchantId
  if (resolve === undefined) throw new Fault('payload_malformed', { field: 'kind' })
  if (merchantId === undefined)
    throw new Fault('payload_malformed', { field: 'hints.merchantId', expected: 'a merchant id' })
  return resolve(
    {
      externalId: lookup.externalId,
      merchantId,
      store: storeOf(context, merchantId),
      isDeleted: lookup.hints?.type === 'DELETE',
      seenAtMs: Number(lookup.hints?.ts ?? 0),
    },
    context,
  )
}

async function order(
  orderId: string,
  { merchantId, store }: Asked,
  context: CloverContext,
): Promise<LookupResult> {
  const resolver = createResolver(context, merchantId)
  const reading = await resolver.order(orderId)
  if (reading.outcome === 'changing')
    return { outcome: 'not_yet', why: 'the order changed while it was read' }
  // Deleted before it was paid: then there never was a sale.
  if (reading.outcome === 'unknown') return { outcome: 'translated', translation: nothing }
  const told = reading.order
  const events = await saleEvents(told, store, context, resolver)
  if (events === undefined) return { outcome: 'not_yet', why: 'the order is not paid in full' }
  const lookups: Lookup[] = []
  for (const { id } of elementsOf(told.refunds)) {
    const full = await getObject(context, merchantId, refundPath(id), Refund)
    const state = full === undefined ? 'failed' : stateOfRefund(full)
    if (full !== undefined && state === 'done')
      events.push(await refundEvent(full, store, context, resolver))
    if (state === 'pending') lookups.push({ kind: 'refund', externalId: id, hints: { merchantId } })
  }
  return translated({ events, lookups, references: resolver.references })
}

function refundPath(refundId: string): string {
  return `/refunds/${refundId}?expand=lineItems`
}

async function payment(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const found = await createResolver(context, asked.merchantId).payment(asked.externalId)
  if (found?.order == null) return { outcome: 'translated', translation: nothing }
  if (found.result === 'FAIL') return { outcome: 'translated', translation: nothing }
  return order(found.order.id, asked, context)
}

async function refund(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const { merchantId, store, externalId } = asked
  const found = await getObject(context, merchantId, refundPath(externalId), Refund)
  const state = found === undefined ? 'failed' : stateOfRefund(found)
  if (found === undefined || state === 'failed')
    return { outcome: 'translated', translation: nothing }
  if (state === 'pending') return { outcome: 'not_yet', why: 'the refund is pending' }
  const resolver = createResolver(context, merchantId)
  const event = await refundEvent(found, store, context, resolver)
  return translated({ events: [event], lookups: [], references: resolver.references })
}

async function item(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const { externalId, merchantId, store, seenAtMs } = asked
  const path = `/items/${externalId}?expand=${encodeURIComponent(itemExpand)}`
  const found = asked.isDeleted ? undefined : await getObject(context, merchantId, path, Item)
  if (found === undefined) return eventsOnly(itemDeleted(externalId, store, context, seenAtMs))
  return translated(itemEvents(found, store, context, seenAtMs))
}

async function customer(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const { externalId, merchantId, store, seenAtMs } = asked
  const path = `/customers/${externalId}?expand=${encodeURIComponent(customerExpand)}`
  const found = asked.isDeleted ? undefined : await getObject(context, merchantId, path, Customer)
  if (found === undefined) return eventsOnly(customerDeleted(externalId, store, context, seenAtMs))
  return translated(customerChanged(found, store, context, seenAtMs))
}

async function employee(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const { externalId, merchantId, store, seenAtMs } = asked
  const path = `/employees/${externalId}`
  const found = asked.isDeleted ? undefined : await getObject(context, merchantId, path, Employee)
  if (found === undefined) return eventsOnly(employeeDeleted(externalId, store, context, seenAtMs))
  return translated(employeeChanged(found, store, context, seenAtMs))
}

/** A cash event cannot be asked for by id, so those around the webhook's time are listed. */
const cashWindowMs = 60_000

async function cashEvents(asked: Asked, context: CloverContext): Promise<LookupResult> {
  const { merchantId, store, seenAtMs } = asked
  const filters = [`timestamp>=${seenAtMs - cashWindowMs}`, `timestamp<=${seenAtMs + cashWindowMs}`]
  const query = { filters, limit: 1000 }
  const { elements } = await getList(context, merchantId, '/cash_events', query, CashEvent)
  return eventsOnly(await cashTranslation(elements, store, context))
}

type Translation = Extract<LookupResult, { outcome: 'translated' }>['translation']

function translated(translation: Translation): LookupResult {
  return { outcome: 'translated', translation }
}

function eventsOnly(events: Translation['events']): LookupResult {
  return translated({ events, lookups: [], references: [] })
}
