/** Square's resources as its API answers them; webhooks carry some of them whole. */
import { z } from 'zod'

/** Square leaves out what it does not know; some fields come as null instead. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined)
}

const id = z.string().min(1).max(255)
const time = z.string().min(1).max(64)
const text = z.string().max(2048)

/** Whole minor units. */
export const SquareMoney = z.looseObject({ amount: z.int(), currency: z.string().length(3) })
const money = maybe(SquareMoney)

export const Card = z.looseObject({ card_brand: maybe(text), fingerprint: maybe(text) })

export const Payment = z.looseObject({
  id,
  status: text,
  location_id: id,
  order_id: maybe(id),
  updated_at: time,
  team_member_id: maybe(id),
  device_details: maybe(z.looseObject({ device_id: maybe(text) })),
  offline_payment_details: maybe(z.looseObject({ client_created_at: maybe(time) })),
})
export type Payment = z.infer<typeof Payment>

const line = {
  uid: maybe(text),
  name: maybe(text),
  variation_name: maybe(text),
  quantity: z.string().max(26),
  catalog_object_id: maybe(text),
  item_type: maybe(text),
  base_price_money: money,
  total_tax_money: money,
  total_discount_money: money,
  total_money: SquareMoney,
}

export const OrderLine = z.looseObject({
  ...line,
  modifiers: maybe(z.array(z.looseObject({ base_price_money: money, quantity: maybe(text) }))),
})
export type OrderLine = z.infer<typeof OrderLine>

export const ReturnLine = z.looseObject({ ...line, source_line_item_uid: maybe(text) })
export type ReturnLine = z.infer<typeof ReturnLine>

export const SquareTender = z.looseObject({
  id: maybe(id),
  payment_id: maybe(id),
  type: text,
  amount_money: SquareMoney,
  customer_id: maybe(text),
  card_details: maybe(z.looseObject({ card: maybe(Card) })),
})
export type SquareTender = z.infer<typeof SquareTender>

const OrderReturn = z.looseObject({
  source_order_id: maybe(id),
  return_line_items: maybe(z.array(ReturnLine)),
})

const Amounts = z.looseObject({ total_money: money, tax_money: money })

export const Order = z.looseObject({
  id,
  location_id: id,
  state: text,
  customer_id: maybe(text),
  updated_at: maybe(time),
  closed_at: maybe(time),
  line_items: maybe(z.array(OrderLine)),
  taxes: maybe(z.array(z.looseObject({ type: maybe(text) }))),
  service_charges: maybe(
    z.array(
      z.looseObject({
        uid: maybe(text),
        name: maybe(text),
        treatment_type: maybe(text),
        total_money: money,
        total_tax_money: money,
      }),
    ),
  ),
  tenders: maybe(z.array(SquareTender)),
  returns: maybe(z.array(OrderReturn)),
  return_amounts: maybe(Amounts),
  refunds: maybe(z.array(z.looseObject({ id, status: text }))),
  total_money: money,
  total_tax_money: money,
  total_tip_money: money,
})
export type Order = z.infer<typeof Order>

export const PaymentRefund = z.looseObject({
  id,
  status: text,
  location_id: maybe(id),
  destination_type: maybe(text),
  destination_details: maybe(
    z.looseObject({ card_details: maybe(z.looseObject({ card: maybe(Card) })) }),
  ),
  amount_money: SquareMoney,
  payment_id: maybe(id),
  order_id: maybe(id),
  reason: maybe(text),
  team_member_id: maybe(text),
  updated_at: time,
})
export type PaymentRefund = z.infer<typeof PaymentRefund>

export const InventoryCount = z.looseObject({
  catalog_object_id: id,
  location_id: id,
  state: text,
  quantity: z.string().max(26),
  calculated_at: time,
})
export type InventoryCount = z.infer<typeof InventoryCount>

const Variation = z.looseObject({
  item_id: maybe(id),
  name: maybe(text),
  sku: maybe(text),
  upc: maybe(text),
  price_money: money,
  location_overrides: maybe(z.array(z.looseObject({ location_id: maybe(id), price_money: money }))),
  vendor_information: maybe(z.array(z.looseObject({ unit_cost_money: money }))),
})

const catalogBase = {
  type: text,
  id,
  version: z.int(),
  updated_at: time,
  is_deleted: maybe(z.boolean()),
  present_at_all_locations: maybe(z.boolean()),
  present_at_location_ids: maybe(z.array(id)),
  absent_at_location_ids: maybe(z.array(id)),
}

export const VariationObject = z.looseObject({
  ...catalogBase,
  item_variation_data: maybe(Variation),
})
export type VariationObject = z.infer<typeof VariationObject>

export const CatalogObject = z.looseObject({
  ...catalogBase,
  item_variation_data: maybe(Variation),
  item_data: maybe(
    z.looseObject({
      name: maybe(text),
      is_archived: maybe(z.boolean()),
      reporting_category: maybe(z.looseObject({ id: maybe(id) })),
      variations: maybe(z.array(VariationObject)),
    }),
  ),
  category_data: maybe(z.looseObject({ name: maybe(text) })),
})
export type CatalogObject = z.infer<typeof CatalogObject>

export const Customer = z.looseObject({
  id,
  updated_at: maybe(time),
  given_name: maybe(text),
  family_name: maybe(text),
  email_address: maybe(text),
  phone_number: maybe(text),
  address: maybe(z.record(z.string(), z.unknown())),
  preferences: maybe(z.looseObject({ email_unsubscribed: maybe(z.boolean()) })),
  version: maybe(z.int()),
})
export type Customer = z.infer<typeof Customer>

export const TeamMember = z.looseObject({
  id,
  is_owner: maybe(z.boolean()),
  status: maybe(text),
  given_name: maybe(text),
  family_name: maybe(text),
  updated_at: time,
  assigned_locations: maybe(
    z.looseObject({ assignment_type: maybe(text), location_ids: maybe(z.array(id)) }),
  ),
  wage_setting: maybe(
    z.looseObject({ job_assignments: maybe(z.array(z.looseObject({ job_title: maybe(text) }))) }),
  ),
})
export type TeamMember = z.infer<typeof TeamMember>

export const Timecard = z.looseObject({
  id,
  location_id: id,
  team_member_id: id,
  start_at: time,
  end_at: maybe(time),
  updated_at: time,
})
export type Timecard = z.infer<typeof Timecard>

export const DrawerShift = z.looseObject({
  id,
  state: text,
  opened_at: time,
  closed_at: maybe(time),
  opened_cash_money: money,
  expected_cash_money: money,
  closed_cash_money: money,
  device: maybe(z.looseObject({ id: maybe(text) })),
  opening_team_member_id: maybe(id),
  closing_team_member_id: maybe(id),
})
export type DrawerShift = z.infer<typeof DrawerShift>

export const DrawerEvent = z.looseObject({
  id,
  event_type: text,
  event_money: money,
  created_at: time,
  team_member_id: maybe(id),
})
export type DrawerEvent = z.infer<typeof DrawerEvent>

export const Device = z.looseObject({
  id,
  attributes: z.looseObject({ model: maybe(text), updated_at: maybe(time) }),
  components: maybe(
    z.array(
      z.looseObject({ battery_details: maybe(z.looseObject({ visible_percent: maybe(z.int()) })) }),
    ),
  ),
  status: maybe(z.union([z.string(), z.looseObject({ category: maybe(z.string()) })])),
})
export type Device = z.infer<typeof Device>
