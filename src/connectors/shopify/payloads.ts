/**
 * What Shopify's webhooks carry: REST-shaped, amounts as decimal text, ids as numbers beside their
 * gid. Only what is read is checked; unknown fields pass. Shapes: real deliveries of 2026-07.
 */
import { z } from 'zod'

const Gid = z.string().regex(/^gid:\/\/shopify\/\w+\/[^/]+$/, { error: 'a gid://shopify/… id' })
/** A number that is exact, or nothing: without a gid beside it there is no other way to read it. */
const NumericId = z.int().positive()
const OptionalId = NumericId.nullish()
const Decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/, { error: 'a decimal like "24.00"' })
const Text = z.string().nullish()

const Priced = z.looseObject({ price: Decimal })

const OrderLine = z.looseObject({
  admin_graphql_api_id: Gid,
  quantity: z.int(),
  name: Text,
  title: Text,
  sku: Text,
  price: Decimal,
  total_discount: Decimal.nullish(),
  discount_allocations: z.array(z.looseObject({ amount: Decimal })).default([]),
  tax_lines: z.array(Priced).default([]),
  gift_card: z.boolean().nullish(),
  variant_id: z.number().nullish(),
  properties: z.array(z.looseObject({ name: z.string(), value: z.unknown() })).nullish(),
  /** Only on the line that stands for a tip. */
  tip: z.looseObject({}).nullish(),
})

const ShippingLine = z.looseObject({
  id: z.number(),
  title: Text,
  price: Decimal,
  discounted_price: Decimal.nullish(),
  tax_lines: z.array(Priced).default([]),
})

const OrderCustomer = z.looseObject({ admin_graphql_api_id: Gid, email: Text, phone: Text })

/** orders/create, orders/paid, orders/cancelled. */
export const OrderPayload = z.looseObject({
  admin_graphql_api_id: Gid,
  name: z.string(),
  source_name: Text,
  test: z.boolean().nullish(),
  financial_status: Text,
  cancelled_at: Text,
  cancel_reason: Text,
  processed_at: z.string(),
  currency: z.string(),
  taxes_included: z.boolean(),
  location_id: OptionalId,
  device_id: OptionalId,
  user_id: OptionalId,
  total_price: Decimal,
  total_tax: Decimal,
  total_tip_received: Decimal.default('0'),
  payment_gateway_names: z.array(z.string()).default([]),
  line_items: z.array(OrderLine).max(2000),
  shipping_lines: z.array(ShippingLine).default([]),
  customer: OrderCustomer.nullish(),
})
export type OrderPayload = z.infer<typeof OrderPayload>

const MoneySet = z.looseObject({
  shop_money: z.looseObject({ amount: Decimal, currency_code: z.string() }),
})

export const RefundPayload = z.looseObject({
  admin_graphql_api_id: Gid,
  order_id: NumericId,
  processed_at: Text,
  created_at: z.string(),
  note: Text,
  user_id: OptionalId,
  refund_line_items: z.array(
    z.looseObject({
      line_item_id: z.number(),
      quantity: z.int(),
      // Their twins without `_set` are JSON numbers, and so not exact.
      subtotal_set: MoneySet,
      total_tax_set: MoneySet,
      line_item: z.looseObject({
        admin_graphql_api_id: Gid.nullish(),
        sku: Text,
        name: Text,
        variant_id: z.number().nullish(),
      }),
    }),
  ),
  transactions: z.array(
    z.looseObject({
      kind: z.string(),
      status: z.string(),
      gateway: Text,
      amount: Decimal,
      currency: z.string(),
      location_id: OptionalId,
      device_id: OptionalId,
      parent_id: z.number().nullish(),
    }),
  ),
})
export type RefundPayload = z.infer<typeof RefundPayload>

export const LevelPayload = z.looseObject({
  admin_graphql_api_id: z.string().regex(/\?inventory_item_id=\d+$/, {
    error: 'a gid that ends in ?inventory_item_id=…',
  }),
  location_id: NumericId,
  available: z.int().nullable(),
  updated_at: z.string(),
})

export const ProductPayload = z.looseObject({
  admin_graphql_api_id: Gid,
  title: z.string(),
  product_type: Text,
  status: z.string(),
  updated_at: z.string(),
  variants: z.array(
    z.looseObject({
      admin_graphql_api_id: Gid,
      title: Text,
      sku: Text,
      barcode: Text,
      price: Decimal,
      inventory_item_id: z.number(),
    }),
  ),
  /** Complete, where `variants` is cut off. */
  variant_gids: z.array(z.unknown()).nullish(),
})
export type ProductPayload = z.infer<typeof ProductPayload>

const Address = z.looseObject({
  address1: Text,
  address2: Text,
  city: Text,
  zip: Text,
  country_code: Text,
})

export const CustomerPayload = z.looseObject({
  admin_graphql_api_id: Gid,
  updated_at: z.string(),
  email: Text,
  phone: Text,
  first_name: Text,
  last_name: Text,
  default_address: Address.nullish(),
})

/** customers/delete carries little more than the id. */
export const CustomerDeletion = z.looseObject({ admin_graphql_api_id: Gid })

/** The mandatory privacy topic; also without a gid. */
export const CustomerRedaction = z.looseObject({ customer: z.looseObject({ id: NumericId }) })
