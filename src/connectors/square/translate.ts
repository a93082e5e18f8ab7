/** Webhooks to events, or to lookups where a webhook only says where to look. */
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import type { DraftEvent, Lookup, Translation, WebhookRequest } from '../connector.ts'
import { nothing } from '../connector.ts'
import {
  CatalogWebhook,
  CustomerDeletedWebhook,
  CustomerWebhook,
  Envelope,
  InventoryWebhook,
  type PaymentFacts,
  PaymentWebhook,
  RefundWebhook,
  TeamMemberWebhook,
  TimecardWebhook,
} from './payloads.ts'
import {
  customerDeletedEvent,
  customerEvent,
  customerReference,
  employeeEvents,
  shiftEvents,
} from './people.ts'
import type { PaymentHints } from './sale.ts'
import type { SquareTranslation } from './settings.ts'
import { isLevel, stockEvent, stockLookup } from './stock.ts'
import { storeOf } from './stores.ts'

type Reader = (payload: unknown, context: SquareTranslation) => Translation

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['payment.created', readPayment],
  ['payment.updated', readPayment],
  ['refund.created', readRefund],
  ['refund.updated', readRefund],
  ['inventory.count.updated', readInventory],
  ['catalog.version.updated', readCatalog],
  ['customer.created', readCustomer],
  ['customer.updated', readCustomer],
  ['customer.deleted', readCustomerDeleted],
  ['team_member.created', readTeamMember],
  ['team_member.updated', readTeamMember],
  ['labor.timecard.created', readTimecard],
  ['labor.timecard.updated', readTimecard],
])

/** Events of types that a subscription need not have are no error: they say nothing to us. */
export function translate(request: WebhookRequest, context: SquareTranslation): Translation {
  const payload = parseJson(request.body.toString('utf8'))
  const { type, merchant_id } = parse(Envelope, payload, 'payload_malformed')
  if (merchant_id !== context.connection.settings.merchantId)
    throw new Fault('store_unknown', { field: 'merchant_id', merchantId: merchant_id })
  return readers.get(type)?.(payload, context) ?? nothing
}

/** Goods stand in the order alone, so a payment is where to look; which one of several is the same. */
function readPayment(payload: unknown, context: SquareTranslation): Translation {
  const { payment } = parse(PaymentWebhook, payload, 'payload_malformed').data.object
  storeOf(context.connection, payment.location_id, 'data.object.payment.location_id')
  return onlyLookup(paymentLookup(payment))
}

const lookupKinds: ReadonlyMap<string, string> = new Map([
  ['COMPLETED', 'sale'],
  ['CANCELED', 'void'],
])

/** A payment that is neither paid nor given up says nothing yet. */
function paymentLookup(payment: PaymentFacts): Lookup | undefined {
  const kind = lookupKinds.get(payment.status)
  if (kind === undefined) return undefined
  return { kind, externalId: payment.order_id, hints: { ...hintsOf(payment) } }
}

export function hintsOf(
  payment: Pick<PaymentFacts, 'device_details' | 'team_member_id' | 'offline_payment_details'>,
): PaymentHints {
  const deviceId = payment.device_details?.device_id
  const teamMemberId = payment.team_member_id
  const offlineAt = payment.offline_payment_details?.client_created_at
  return {
    ...(deviceId !== undefined && { deviceId }),
    ...(teamMemberId !== undefined && { teamMemberId }),
    ...(offlineAt !== undefined && { offlineAt }),
  }
}

function readRefund(payload: unknown, context: SquareTranslation): Translation {
  const { refund } = parse(RefundWebhook, payload, 'payload_malformed').data.object
  storeOf(context.connection, refund.location_id, 'data.object.refund.location_id')
  return onlyLookup(
    refund.status === 'COMPLETED' ? { kind: 'refund', externalId: refund.id } : undefined,
  )
}

function readInventory(payload: unknown, context: SquareTranslation): Translation {
  const counts = parse(InventoryWebhook, payload, 'payload_malformed').data.object.inventory_counts
  const events: DraftEvent[] = []
  const lookups: Lookup[] = []
  for (const [index, count] of counts.entries()) {
    if (!isLevel(count)) continue
    const field = `data.object.inventory_counts.${index}.location_id`
    storeOf(context.connection, count.location_id, field)
    const sku = context.references.find('sku', count.catalog_object_id)
    const event = sku === undefined ? undefined : stockEvent(count, sku, context.connection)
    if (event === undefined) lookups.push(stockLookup(count))
    else events.push(event)
  }
  return { events, lookups, references: [] }
}

/** Says only that something changed, and when. */
function readCatalog(payload: unknown): Translation {
  const { updated_at } = parse(CatalogWebhook, payload, 'payload_malformed').data.object
    .catalog_version
  return onlyLookup({ kind: 'catalog', externalId: updated_at })
}

function readCustomer(payload: unknown, context: SquareTranslation): Translation {
  const { created_at, data } = parse(CustomerWebhook, payload, 'payload_malformed')
  const { customer } = data.object
  return {
    events: [customerEvent(customer, created_at, context)],
    lookups: [],
    references: [customerReference(customer, context)],
  }
}

function readCustomerDeleted(payload: unknown, context: SquareTranslation): Translation {
  const { created_at, data } = parse(CustomerDeletedWebhook, payload, 'payload_malformed')
  return onlyEvents([customerDeletedEvent(data.id, data.object?.customer, created_at, context)])
}

function readTeamMember(payload: unknown, context: SquareTranslation): Translation {
  const { team_member } = parse(TeamMemberWebhook, payload, 'payload_malformed').data.object
  return onlyEvents(employeeEvents(team_member, context))
}

function readTimecard(payload: unknown, context: SquareTranslation): Translation {
  const { timecard } = parse(TimecardWebhook, payload, 'payload_malformed').data.object
  storeOf(context.connection, timecard.location_id, 'data.object.timecard.location_id')
  return onlyEvents(shiftEvents(timecard, context))
}

const onlyEvents = (events: readonly DraftEvent[]): Translation => ({ ...nothing, events })

const onlyLookup = (lookup: Lookup | undefined): Translation =>
  lookup === undefined ? nothing : { ...nothing, lookups: [lookup] }
