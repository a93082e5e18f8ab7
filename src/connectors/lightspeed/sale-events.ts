/**
 * A sale's facts as events. A refund at Lightspeed is a sale of its own with negative quantities;
 * an exchange is both at once, and is told as a refund and a sale that settle each other.
 */
import { negateQuantity, quantityFrom } from '../../base/quantity.ts'
import { instantFrom } from '../../base/time.ts'
import type { Refund, Tender } from '../../retail/sale.ts'
import type { Connection, DraftEvent, TranslationContext } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import { minorFrom, shareOut } from './amounts.ts'
import type { SaleFacts, SaleLine } from './dialects.ts'
import type { Names } from './names.ts'
import { isDiscount, isReturned, sumSale } from './sale-amounts.ts'
import { type LightspeedSettings, taxesIncludedAt } from './settings.ts'
import { type Place, placeOf } from './stores.ts'
import { kindOf } from './tenders.ts'

type Context = Pick<TranslationContext<LightspeedSettings>, 'connection' | 'tokens'>

/** Products whose SKU is not known yet. */
export function unknownProducts(facts: SaleFacts, names: Names): string[] {
  return facts.lines
    .map((line) => line.productId)
    .filter((id) => names.find('sku', id) === undefined)
}

/** @throws Fault store_unknown | payload_malformed */
export function saleEvents(
  facts: SaleFacts,
  customer: string | undefined,
  context: Context,
  names: Names,
): DraftEvent[] {
  if (facts.stage === 'open') return []
  const place = placeOf(context.connection, facts.registerId, facts.outletId)
  if (facts.stage === 'voided') return [voided(facts, place, context)]

  const goods = facts.lines.filter((line) => !isDiscount(line, names))
  const returned = goods.filter(isReturned)
  const bought = goods.filter((line) => !isReturned(line))
  const isRefund = returned.length > 0 || facts.returnFor !== undefined
  if (isRefund && bought.length === 0)
    return [refund(facts, returned, settled(facts, place, -1), customer, place, context, names)]
  if (returned.length === 0)
    return [completed(facts, bought, settled(facts, place, 1), customer, place, context, names)]

  const { paid, givenBack } = exchanged(facts, returned, place)
  return [
    refund(facts, returned, givenBack, customer, place, context, names),
    completed(facts, bought, paid, customer, place, context, names),
  ]
}

interface Settlement {
  readonly totalMinor: number
  readonly taxScaled: number
  readonly tenders: Tender[]
}

/** @param sign 1 for money taken, -1 for money given back; the result is positive in both. */
function settled(facts: SaleFacts, { store }: Place, sign: 1 | -1): Settlement {
  const tenders = facts.payments.map((payment) => ({
    kind: kindOf(payment),
    amountMinor: sign * minorFrom(payment.amountScaled, store.currency) || 0,
  }))
  const paidMinor = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const owedMinor = sign * minorFrom(facts.priceScaled + facts.taxScaled, store.currency) || 0
  return {
    totalMinor: tenders.length > 0 ? paidMinor : owedMinor,
    taxScaled: sign * facts.taxScaled || 0,
    tenders,
  }
}

function exchanged(facts: SaleFacts, returned: readonly SaleLine[], place: Place) {
  const { currency } = place.store
  const backScaled = returned.reduce((sum, line) => sum - line.netScaled - line.taxScaled, 0)
  const backTaxScaled = returned.reduce((sum, line) => sum - line.taxScaled, 0)
  const backMinor = minorFrom(backScaled, currency)
  const all = settled(facts, place, 1)
  const boughtMinor = all.totalMinor + backMinor
  const credit = (amountMinor: number): Tender => ({ kind: 'other', amountMinor })
  const isPaidOut = all.totalMinor < 0
  const paid: Settlement = {
    totalMinor: boughtMinor,
    taxScaled: facts.taxScaled + backTaxScaled,
    tenders: isPaidOut ? [credit(boughtMinor)] : [...all.tenders, credit(backMinor)],
  }
  const givenBack: Settlement = {
    totalMinor: backMinor,
    taxScaled: backTaxScaled,
    tenders: isPaidOut
      ? [
          ...all.tenders.map(({ kind, amountMinor }) => ({ kind, amountMinor: -amountMinor })),
          credit(boughtMinor),
        ]
      : [credit(backMinor)],
  }
  return { paid, givenBack }
}

function completed(
  facts: SaleFacts,
  bought: readonly SaleLine[],
  { totalMinor, taxScaled, tenders }: Settlement,
  customer: string | undefined,
  place: Place,
  { connection, tokens }: Context,
  names: Names,
): DraftEvent {
  const { store } = place
  const taxesIncluded = taxesIncludedAt(connection.settings, store.externalId)
  const terms = { currency: store.currency, taxesIncluded, names }
  return {
    type: 'sale.completed',
    ...told(facts, place),
    data: {
      saleId: saleIdFrom(connection.connectionId, facts.id),
      number: facts.number,
      ...(facts.userId !== undefined && { employeeId: tokens.employee(facts.userId) }),
      ...(customer !== undefined && { customer }),
      currency: store.currency,
      taxesIncluded,
      ...sumSale(facts, bought, totalMinor, taxScaled, terms),
      totalMinor,
      tenders,
    },
  }
}

function refund(
  facts: SaleFacts,
  returned: readonly SaleLine[],
  { totalMinor, taxScaled, tenders }: Settlement,
  customer: string | undefined,
  place: Place,
  { connection, tokens }: Context,
  names: Names,
): DraftEvent {
  const { currency } = place.store
  const amounts = shareOut(
    totalMinor,
    returned.map((line) => -(line.netScaled + line.taxScaled)),
    currency,
  )
  return {
    type: 'refund.completed',
    ...told(facts, place),
    data: {
      refundId: facts.id,
      ...originalSale(facts.returnFor, connection),
      ...(facts.userId !== undefined && { employeeId: tokens.employee(facts.userId) }),
      ...(customer !== undefined && { customer }),
      currency,
      lines: returned.map((line, index) => returnedLine(line, amounts[index] ?? 0, names)),
      taxMinor: minorFrom(taxScaled, currency),
      totalMinor,
      tenders,
      ...(facts.note !== undefined && { reason: tokens.token('text', facts.note) }),
    },
  }
}

function returnedLine(line: SaleLine, amountMinor: number, names: Names): Refund['lines'][number] {
  const sku = names.find('sku', line.productId)
  const name = names.find('product_name', line.productId)
  return {
    ...(sku !== undefined && { sku }),
    ...(name !== undefined && { name: name.slice(0, 255) }),
    quantity: negateQuantity(quantityFrom(line.quantity)),
    amountMinor,
  }
}

function voided(facts: SaleFacts, place: Place, { connection, tokens }: Context): DraftEvent {
  const { totalMinor } = settled({ ...facts, payments: [] }, place, 1)
  return {
    type: 'sale.voided',
    ...told(facts, place),
    data: {
      saleId: saleIdFrom(connection.connectionId, facts.id),
      ...(facts.userId !== undefined && { employeeId: tokens.employee(facts.userId) }),
      currency: place.store.currency,
      totalMinor,
    },
  }
}

function told(facts: SaleFacts, { store, registerId }: Place) {
  return {
    // A sale is told once: later changes of its note or loyalty are no second sale.
    key: facts.id,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFrom(facts.at, 'sale_date'),
  }
}

export function originalSale(
  returnFor: string | null | undefined,
  connection: Connection<unknown>,
): { saleId?: string } {
  return returnFor ? { saleId: saleIdFrom(connection.connectionId, returnFor) } : {}
}
