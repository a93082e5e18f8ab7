/**
 * What the REST API answers: the dated dialect of 2026-07 (sales nested, the rest flat), and the
 * flat sale of API 2.0. Fields we do not read are not checked.
 */
import { z } from 'zod'
import { Scaled } from './amounts.ts'
import { SaleAdjustment } from './payloads.ts'

const Text = z.string().nullish()
const Id = z.string().min(1).max(80)
const Version = z.int()
const Decimal = z.union([z.string(), z.number()])

export const DatedSale = z.object({
  id: Id,
  state: z.string(),
  date: z.string(),
  note: Text,
  deleted_at: Text,
  customer_id: Text,
  invoice_number: Text,
  receipt_number: Text,
  short_code: Text,
  source: z.object({
    author: z.object({ id: Text }).nullish(),
    outlet_id: Text,
    register_id: Text,
  }),
  return: z.object({ original_sale_id: Text }).nullish(),
  totals: z.object({ price: Scaled, tax: Scaled }),
  line_items: z.array(
    z.object({
      id: Id,
      product: z.object({ id: Id }),
      quantity: Decimal,
      gift_card_number: Text,
      pricing: z.object({ total: Scaled, discount_total: Scaled.optional() }),
      tax: z.object({ total: Scaled }),
    }),
  ),
  payments: z.array(
    z.object({
      amount: Scaled,
      type: z.object({ id: Decimal.nullish(), name: Text }).nullish(),
    }),
  ),
  adjustments: z.array(SaleAdjustment).nullish(),
  _metadata: z.object({ version: Version }),
})

export const FlatSale = z.object({
  id: Id,
  outlet_id: Text,
  register_id: Text,
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
  total_price: Scaled,
  total_tax: Scaled,
  line_items: z.array(
    z.object({
      id: Id,
      product_id: Id,
      quantity: Decimal,
      price_total: Scaled,
      discount_total: Scaled.optional(),
      tax_total: Scaled,
    }),
  ),
  payments: z.array(z.object({ amount: Scaled, payment_type_id: Decimal.nullish(), name: Text })),
  adjustments: z.array(SaleAdjustment).nullish(),
  version: Version,
})

export const Product = z.object({
  id: Id,
  sku: Text,
  name: Text,
  active: z.boolean().optional(),
  is_active: z.boolean().optional(),
  price_including_tax: Decimal.nullish(),
  price_excluding_tax: Decimal.nullish(),
  supply_price: Decimal.nullish(),
  type: z.object({ name: Text }).nullish(),
  product_codes: z.array(z.object({ type: Text, code: Text })).nullish(),
  updated_at: z.string(),
  deleted_at: Text,
  version: Version,
})
export type Product = z.infer<typeof Product>

export const Customer = z.object({
  id: Id,
  customer_code: Text,
  first_name: Text,
  last_name: Text,
  email: Text,
  phone: Text,
  mobile: Text,
  do_not_email: z.boolean().nullish(),
  physical_address_1: Text,
  physical_address_2: Text,
  physical_suburb: Text,
  physical_city: Text,
  physical_postcode: Text,
  physical_state: Text,
  physical_country_id: Text,
  updated_at: z.string(),
  deleted_at: Text,
  version: Version.optional(),
})

export const User = z.object({
  id: Id,
  display_name: Text,
  account_type: Text,
  enabled: z.boolean().optional(),
  restricted_outlet_ids: z.array(z.string()).nullish(),
  updated_at: z.string(),
  deleted_at: Text,
  version: Version,
})
export type User = z.infer<typeof User>

export const Shift = z.object({
  id: Id,
  user_id: Id,
  time_in: z.string(),
  time_out: Text,
  version: Version,
})

export const Register = z.object({
  id: Id,
  outlet_id: Text,
  is_open: z.boolean(),
  register_open_time: Text,
  register_close_time: Text,
  register_open_sequence_id: Text,
  version: Version,
})
export type Register = z.infer<typeof Register>

export const InventoryLevel = z.object({
  id: Id,
  product_id: Id,
  outlet_id: Id,
  current_inventory_level: Decimal,
  version: Version,
})
export type InventoryLevel = z.infer<typeof InventoryLevel>

export const Supplier = z.object({ id: Id, name: z.string(), deleted_at: Text })

export const Consignment = z.object({
  id: Id,
  name: z.string(),
  outlet_id: Id,
  supplier_id: Text,
  type: z.string(),
  status: z.string(),
  reference: Text,
  due_at: Text,
  version: Version,
})
export type Consignment = z.infer<typeof Consignment>

export const ConsignmentProduct = z.object({
  product_id: Id,
  count: Text,
  cost: Text,
  version: Version,
})
export type ConsignmentProduct = z.infer<typeof ConsignmentProduct>

export const CustomField = z.object({ name: z.string() })

export const CustomFieldValue = z.object({ name: z.string(), string_value: Text })
