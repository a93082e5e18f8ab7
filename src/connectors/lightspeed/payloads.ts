/**
 * What webhooks carry: whole objects in the dialect of API 1.0, decimals as text or numbers, dates
 * in three spellings (x-series-api.lightspeedhq.com, "Webhooks"). Unknown fields pass, and are left out.
 */
import { z } from 'zod'
import { Scaled } from './amounts.ts'

const Text = z.string().nullish()
const Id = z.string().min(1).max(80)
const Decimal = z.union([z.string(), z.number()])
const Quantity = Decimal

export const SaleAdjustment = z.object({
  /** `type` in API 1.0 and 2.0, `adjustment_type` in the dated API. */
  type: z.string().optional(),
  adjustment_type: z.string().optional(),
  name: Text,
  value: Scaled.optional(),
  total: Scaled.optional(),
})

export const EmbeddedCustomer = z.object({
  id: Id,
  customer_code: Text,
  email: Text,
})

export const SaleUpdate = z.object({
  id: Id,
  register_id: Id,
  user_id: Text,
  customer_id: Text,
  invoice_number: Text,
  receipt_number: Text,
  short_code: Text,
  status: z.string(),
  return_for: Text,
  note: Text,
  sale_date: z.string(),
  deleted_at: Text,
  register_sale_products: z.array(
    z.object({
      id: Id,
      product_id: Id,
      quantity: Quantity,
      price_total: Scaled,
      discount: Scaled.optional(),
      discount_total: Scaled.optional(),
      tax_total: Scaled,
    }),
  ),
  register_sale_payments: z.array(
    z.object({
      amount: Scaled,
      payment_type_id: z.union([z.string(), z.number()]).nullish(),
      payment_type: z.object({ name: Text }).nullish(),
      retailer_payment_type: z.object({ name: Text }).nullish(),
    }),
  ),
  adjustments: z.array(SaleAdjustment).nullish(),
  totals: z.object({ total_price: Scaled, total_tax: Scaled }),
  customer: EmbeddedCustomer.nullish(),
})

export const InventoryUpdate = z.object({
  id: Id,
  product_id: Id,
  outlet_id: Id,
  count: Quantity,
  version: z.int(),
  product: z.object({ sku: Text, name: Text }).nullish(),
})

export const ProductUpdate = z.object({
  id: Id,
  sku: Text,
  name: Text,
  active: z.boolean().optional(),
  version: z.int().optional(),
  deleted_at: Text,
})

export const CustomerUpdate = z.object({
  id: Id,
  customer_code: Text,
  first_name: Text,
  last_name: Text,
  email: Text,
  phone: Text,
  mobile: Text,
  do_not_email: z.boolean().nullish(),
  updated_at: z.string(),
  deleted_at: Text,
  contact: z
    .looseObject({
      physical_address1: Text,
      physical_address2: Text,
      physical_suburb: Text,
      physical_city: Text,
      physical_postcode: Text,
      physical_state: Text,
      physical_country_id: Text,
    })
    .nullish(),
})

export const RegisterClosure = z.object({
  id: Id,
  register_open_time: z.string(),
  register_close_time: z.string(),
  register: z.object({ id: Id, outlet_id: Text }),
  payment_counts: z.array(
    z.object({
      start_total: Decimal.nullish(),
      payments_total: Decimal.nullish(),
      withdrawals_total: Decimal.nullish(),
      close_total: Decimal.nullish(),
      payment_type: z.object({ name: Text, payment_type_id: Decimal.nullish() }),
    }),
  ),
})
export type RegisterClosure = z.infer<typeof RegisterClosure>

/** Per product line; the level itself arrives with `inventory.update`. */
export const ConsignmentLine = z.object({ consignment_id: Id, product_id: Id })

export const RuleRequest = z.object({
  event_type: z.string(),
  retailer_id: Id,
  sale: z.object({
    id: Id,
    outlet_id: Text,
    register_id: Text,
    return_for: Text,
    total_price: Scaled.optional(),
    total_tax: Scaled.optional(),
    line_items: z
      .array(
        z.object({
          id: Id,
          product: z.object({ id: Id, name: Text, sku: Text }),
          quantity: Quantity,
          price: Scaled.optional(),
          price_total: Scaled,
          tax_total: Scaled,
        }),
      )
      .default([]),
  }),
  user: z.object({ id: Text }).nullish(),
  customer: z.object({ id: Text }).nullish(),
})
export type RuleRequest = z.infer<typeof RuleRequest>
