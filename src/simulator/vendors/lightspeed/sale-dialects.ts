/**
 * The three dialects of a sale: webhooks speak API 1.0 (decimals as text, dates in three spellings),
 * API 2.0 is flat with numbers, the dated API is nested. Shapes: x-series-api.lightspeedhq.com and
 * the OpenAPI of 2.0 and 2026-07. Tips in the 1.0 dialect are not documented; they are written as in 2.0.
 */
import type { CustomerRow } from './customers.ts'
import {
  type PaymentRow,
  paymentTypeId,
  paymentTypes,
  type SaleLineRow,
  type SaleRow,
} from './sale-row.ts'
import { dated, type Row, spaced, zulu } from './world.ts'

const isTipped = (sale: SaleRow) => Number(sale.tip) !== 0

/** Short, unique, for loyalty. */
function shortCode(sale: SaleRow): string {
  return sale.id.slice(-6)
}

export function hookSale(
  accountId: string,
  { value: sale, version }: Row<SaleRow>,
  customer: object,
  user: object,
): object {
  return {
    id: sale.id,
    register_id: sale.registerId,
    user_id: sale.userId,
    customer_id: sale.customerId,
    invoice_number: sale.number,
    source: 'USER',
    source_id: null,
    short_code: shortCode(sale),
    status: sale.status,
    note: sale.note,
    return_for: sale.returnFor,
    sale_date: zulu(sale.soldMs),
    created_at: spaced(sale.soldMs),
    updated_at: dated(sale.updatedMs),
    deleted_at: null,
    version,
    register_sale_products: sale.lines.map((line) => ({
      id: line.id,
      product_id: line.productId,
      quantity: Number(line.quantity),
      price: line.price,
      price_set: false,
      price_total: line.priceTotal,
      discount: line.discount,
      loyalty_value: '0.00000',
      tax: line.tax,
      tax_total: line.taxTotal,
      tax_id: sale.taxId,
    })),
    register_sale_payments: sale.payments.map((payment) => hookPayment(accountId, sale, payment)),
    ...(isTipped(sale) && { adjustments: [{ type: 'TIP', name: 'Tip', value: sale.tip }] }),
    taxes: [{ id: sale.taxId, name: sale.taxName, rate: sale.taxRate, tax: Number(sale.totalTax) }],
    totals: {
      total_loyalty: '0.00000',
      total_payment: sale.totalPriceIncl,
      total_price: sale.totalPrice,
      total_tax: sale.totalTax,
      total_to_pay: '0.00000',
    },
    customer,
    user,
  }
}

function hookPayment(accountId: string, sale: SaleRow, { id, kind, amount }: PaymentRow): object {
  const type = paymentTypes[kind]
  const retailerTypeId = paymentTypeId(accountId, kind)
  return {
    id,
    amount: Number(amount),
    payment_date: zulu(sale.soldMs),
    payment_type_id: Number(type.id),
    payment_type: { id: type.id, name: type.name, has_native_support: false },
    retailer_payment_type_id: retailerTypeId,
    retailer_payment_type: {
      id: retailerTypeId,
      name: type.retailerName,
      payment_type_id: type.id,
      config: null,
    },
  }
}

/** The customer as a webhook of a sale holds it: without phone or address. */
export function hookCustomerOfSale({ value: customer }: Row<CustomerRow>): object {
  return {
    id: customer.id,
    customer_code: customer.code,
    first_name: customer.firstName,
    last_name: customer.lastName,
    email: customer.email,
    balance: '0.00000',
    loyalty_balance: '0.00000',
    enable_loyalty: false,
    sex: null,
    points: 0,
    year_to_date: '0.00000',
    updated_at: spaced(customer.updatedMs),
  }
}

export function flatSale(accountId: string, { value: sale, version }: Row<SaleRow>): object {
  return {
    id: sale.id,
    outlet_id: sale.outletId,
    register_id: sale.registerId,
    user_id: sale.userId,
    customer_id: sale.customerId,
    invoice_number: sale.number,
    receipt_number: sale.number,
    source: 'USER',
    status: sale.status,
    state: stateOf[sale.status],
    note: sale.note,
    short_code: shortCode(sale),
    return_for: sale.returnFor,
    return_ids: sale.returnIds,
    total_price: Number(sale.totalPrice),
    total_price_incl: Number(sale.totalPriceIncl),
    total_tax: Number(sale.totalTax),
    total_loyalty: 0,
    sale_date: dated(sale.soldMs),
    created_at: dated(sale.soldMs),
    updated_at: dated(sale.updatedMs),
    deleted_at: null,
    version,
    line_items: sale.lines.map((line, sequence) => ({
      id: line.id,
      product_id: line.productId,
      tax_id: sale.taxId,
      quantity: Number(line.quantity),
      price: Number(line.price),
      price_total: Number(line.priceTotal),
      discount: Number(line.discount),
      discount_total: Number(line.discountTotal),
      tax: Number(line.tax),
      tax_total: Number(line.taxTotal),
      tax_components: [{ rate_id: sale.taxId, total_tax: Number(line.taxTotal) }],
      loyalty_value: 0,
      price_set: false,
      is_return: line.quantity.startsWith('-'),
      sequence,
      status: sale.status === 'SAVED' ? 'SAVED' : 'CONFIRMED',
      note: null,
    })),
    payments: sale.payments.map((payment) => ({
      id: payment.id,
      register_id: sale.registerId,
      outlet_id: sale.outletId,
      retailer_payment_type_id: paymentTypeId(accountId, payment.kind),
      payment_type_id: paymentTypes[payment.kind].id,
      name: paymentTypes[payment.kind].retailerName,
      amount: Number(payment.amount),
      payment_date: dated(sale.soldMs),
      external_attributes: [],
    })),
    taxes: [{ id: sale.taxId, amount: Number(sale.totalTax) }],
    adjustments: isTipped(sale) ? [{ type: 'TIP', name: 'Tip', value: Number(sale.tip) }] : [],
    attributes: [],
  }
}

const stateOf = { CLOSED: 'closed', VOIDED: 'voided', SAVED: 'parked' } as const

export function nestedSale(accountId: string, { value: sale, version }: Row<SaleRow>): object {
  return {
    id: sale.id,
    state: stateOf[sale.status],
    attributes: [],
    date: dated(sale.soldMs),
    created_at: dated(sale.soldMs),
    updated_at: dated(sale.updatedMs),
    deleted_at: null,
    customer_id: sale.customerId,
    invoice_number: sale.number,
    receipt_number: sale.number,
    short_code: shortCode(sale),
    note: sale.note,
    source: {
      id: null,
      type: 'USER',
      author: { id: sale.userId },
      outlet_id: sale.outletId,
      register_id: sale.registerId,
    },
    return: {
      is_return: sale.returnFor !== null,
      original_sale_id: sale.returnFor,
      return_sale_ids: sale.returnIds,
    },
    totals: {
      price: Number(sale.totalPrice),
      price_incl_tax: Number(sale.totalPriceIncl),
      tax: Number(sale.totalTax),
      loyalty: 0,
      surcharge: 0,
    },
    line_items: sale.lines.map((line, sequence) => nestedLine(sale, line, sequence)),
    payments: sale.payments.map((payment) => nestedPayment(accountId, sale, payment)),
    taxes: [{ id: sale.taxId, tax: Number(sale.totalTax) }],
    adjustments: isTipped(sale)
      ? [{ adjustment_type: 'TIP', name: 'Tip', total: Number(sale.tip) }]
      : [],
    external_applications: [],
    ecom_custom_charges: [],
    _metadata: { version, has_unsynced_on_account_payments: false, xero_reference: null },
  }
}

function nestedLine(sale: SaleRow, line: SaleLineRow, sequence: number): object {
  return {
    id: line.id,
    product: { id: line.productId },
    quantity: Number(line.quantity),
    status: 'CONFIRMED',
    note: null,
    salesperson_id: null,
    gift_card_number: null,
    pricing: {
      price: Number(line.price),
      total: Number(line.priceTotal),
      discount: Number(line.discount),
      discount_total: Number(line.discountTotal),
      loyalty_amount: 0,
      loyalty_amount_total: 0,
    },
    tax: { id: sale.taxId, amount: Number(line.tax), total: Number(line.taxTotal) },
    promotions: [],
    return: { is_return: line.quantity.startsWith('-'), reason: null },
    source: { register_id: sale.registerId },
    surcharges: [],
    customizations: [],
    _metadata: {
      sequence,
      is_price_override: false,
      tax_components: [{ rate_id: sale.taxId, total_tax: Number(line.taxTotal) }],
    },
  }
}

function nestedPayment(
  accountId: string,
  sale: SaleRow,
  { id, kind, amount, last4 }: PaymentRow,
): object {
  return {
    id,
    amount: Number(amount),
    date: dated(sale.soldMs),
    type: {
      id: paymentTypes[kind].id,
      config_id: paymentTypeId(accountId, kind),
      name: paymentTypes[kind].retailerName,
    },
    source: { id: null, outlet_id: sale.outletId, register_id: sale.registerId },
    surcharge: { amount: 0, rule: '' },
    external_attributes: last4 === undefined ? [] : [{ card_last_four_digits: last4 }],
    external_applications: [],
  }
}
