/** A sale in any of the three dialects, read into one shape; nothing is decided here. */
import type { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { DatedSale, FlatSale } from './answers.ts'
import { type SaleAdjustment, SaleUpdate } from './payloads.ts'

export interface SaleLine {
  readonly id: string
  readonly productId: string
  readonly quantity: string | number
  /** Tax exclusive, after discount; negative when it comes back. Hundred-thousandths, as all here. */
  readonly netScaled: number
  readonly taxScaled: number
  /** Tax exclusive, for all pieces. */
  readonly discountScaled: number
  readonly isGiftCard: boolean
}

export interface SalePayment {
  readonly amountScaled: number
  readonly typeId: string
  /** The vendor's own name of the type first, then what the retailer calls it. */
  readonly names: readonly string[]
}

export interface SaleFacts {
  readonly id: string
  readonly outletId: string | undefined
  readonly registerId: string | undefined
  readonly userId: string | undefined
  readonly customerId: string | undefined
  readonly customer: { code: string | undefined; email: string | undefined } | undefined
  readonly number: string
  readonly stage: 'completed' | 'voided' | 'open'
  readonly returnFor: string | undefined
  readonly at: string
  /** Free text: may name somebody. */
  readonly note: string | undefined
  readonly lines: readonly SaleLine[]
  readonly payments: readonly SalePayment[]
  readonly adjustments: readonly { type: string; name: string; scaled: number }[]
  /** Tax exclusive, adjustments in it. */
  readonly priceScaled: number
  readonly taxScaled: number
}

/** @throws Fault payload_malformed */
export function readHookSale(payload: unknown): SaleFacts {
  const sale = parse(SaleUpdate, payload, 'payload_malformed')
  const { customer } = sale
  return {
    id: sale.id,
    outletId: undefined,
    registerId: sale.register_id,
    userId: sale.user_id ?? undefined,
    customerId: sale.customer_id ?? undefined,
    customer: customer
      ? { code: customer.customer_code ?? undefined, email: customer.email ?? undefined }
      : undefined,
    number: numberOf(sale),
    stage: stageOfStatus(sale.status, sale.deleted_at),
    returnFor: sale.return_for ?? undefined,
    at: sale.sale_date,
    note: sale.note || undefined,
    lines: sale.register_sale_products.map((line) => ({
      id: line.id,
      productId: line.product_id,
      quantity: line.quantity,
      netScaled: line.price_total,
      taxScaled: line.tax_total,
      discountScaled:
        line.discount_total ?? Math.round((line.discount ?? 0) * Math.abs(Number(line.quantity))),
      isGiftCard: false,
    })),
    payments: sale.register_sale_payments.map((payment) => ({
      amountScaled: payment.amount,
      typeId: String(payment.payment_type_id ?? ''),
      names: [payment.payment_type?.name ?? '', payment.retailer_payment_type?.name ?? ''],
    })),
    adjustments: adjustmentsOf(sale.adjustments),
    priceScaled: sale.totals.total_price,
    taxScaled: sale.totals.total_tax,
  }
}

/** The dated dialect nests its totals, the flat one does not. @throws Fault payload_malformed */
export function readAnsweredSale(answer: unknown): SaleFacts & { version: number } {
  const isFlat = answer !== null && typeof answer === 'object' && 'total_price' in answer
  return isFlat ? readFlat(answer) : readDated(answer)
}

function readDated(answer: unknown): SaleFacts & { version: number } {
  const sale = parse(DatedSale, answer, 'payload_malformed')
  return {
    id: sale.id,
    outletId: sale.source.outlet_id ?? undefined,
    registerId: sale.source.register_id ?? undefined,
    userId: sale.source.author?.id ?? undefined,
    customerId: sale.customer_id ?? undefined,
    customer: undefined,
    number: numberOf(sale),
    stage: sale.deleted_at ? 'voided' : (stageOfState[sale.state] ?? 'open'),
    returnFor: sale.return?.original_sale_id ?? undefined,
    at: sale.date,
    note: sale.note || undefined,
    lines: sale.line_items.map((line) => ({
      id: line.id,
      productId: line.product.id,
      quantity: line.quantity,
      netScaled: line.pricing.total,
      taxScaled: line.tax.total,
      discountScaled: Math.abs(line.pricing.discount_total ?? 0),
      isGiftCard: Boolean(line.gift_card_number),
    })),
    payments: sale.payments.map((payment) => ({
      amountScaled: payment.amount,
      typeId: String(payment.type?.id ?? ''),
      names: [payment.type?.name ?? ''],
    })),
    adjustments: adjustmentsOf(sale.adjustments),
    priceScaled: sale.totals.price,
    taxScaled: sale.totals.tax,
    version: sale._metadata.version,
  }
}

function readFlat(answer: unknown): SaleFacts & { version: number } {
  const sale = parse(FlatSale, answer, 'payload_malformed')
  return {
    id: sale.id,
    outletId: sale.outlet_id ?? undefined,
    registerId: sale.register_id ?? undefined,
    userId: sale.user_id ?? undefined,
    customerId: sale.customer_id ?? undefined,
    customer: undefined,
    number: numberOf(sale),
    stage: stageOfStatus(sale.status, sale.deleted_at),
    returnFor: sale.return_for ?? undefined,
    at: sale.sale_date,
    note: sale.note || undefined,
    lines: sale.line_items.map((line) => ({
      id: line.id,
      productId: line.product_id,
      quantity: line.quantity,
      netScaled: line.price_total,
      taxScaled: line.tax_total,
      discountScaled: Math.abs(line.discount_total ?? 0),
      isGiftCard: false,
    })),
    payments: sale.payments.map((payment) => ({
      amountScaled: payment.amount,
      typeId: String(payment.payment_type_id ?? ''),
      names: [payment.name ?? ''],
    })),
    adjustments: adjustmentsOf(sale.adjustments),
    priceScaled: sale.total_price,
    taxScaled: sale.total_tax,
    version: sale.version,
  }
}

const stageOfState: Readonly<Record<string, SaleFacts['stage']>> = {
  closed: 'completed',
  voided: 'voided',
}

/** `ONACCOUNT` and `LAYBY` are owed still; `..._CLOSED` is paid. */
function stageOfStatus(status: string, deletedAt: string | null | undefined): SaleFacts['stage'] {
  if (status === 'VOIDED' || deletedAt) return 'voided'
  return status === 'CLOSED' || status.endsWith('_CLOSED') ? 'completed' : 'open'
}

function numberOf(sale: {
  receipt_number?: string | null | undefined
  invoice_number?: string | null | undefined
  short_code?: string | null | undefined
}): string {
  return (sale.receipt_number ?? sale.invoice_number ?? sale.short_code ?? '').slice(0, 80)
}

function adjustmentsOf(
  adjustments: readonly z.infer<typeof SaleAdjustment>[] | null | undefined,
): SaleFacts['adjustments'] {
  return (adjustments ?? []).map(({ type, adjustment_type, name, value, total }) => ({
    type: type ?? adjustment_type ?? '',
    name: name ?? '',
    scaled: value ?? total ?? 0,
  }))
}
