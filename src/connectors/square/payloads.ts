/**
 * What Square's webhooks carry. Shapes: Square's OpenAPI 2025-08-20 and Node SDK 46 (2026-09-16).
 * Fields that we do not read pass unseen; a missing one that we need is a fault that names it.
 */
import { z } from 'zod'
import { Customer, InventoryCount, maybe, TeamMember, Timecard } from './resources.ts'

const id = z.string().min(1).max(255)
const time = z.string().min(1).max(64)

export const Envelope = z.looseObject({ merchant_id: id, type: z.string().max(100) })

function webhook<Shape extends z.ZodType>(object: Shape) {
  return z.looseObject({ created_at: time, data: z.looseObject({ object }) })
}

/** Only what leads to the order: the rest of a payment is read from there. */
export const PaymentWebhook = webhook(
  z.looseObject({
    payment: z.looseObject({
      id,
      status: z.string().max(50),
      location_id: id,
      order_id: id,
      team_member_id: maybe(z.string().max(192)),
      device_details: maybe(z.looseObject({ device_id: maybe(z.string().max(255)) })),
      offline_payment_details: maybe(z.looseObject({ client_created_at: maybe(time) })),
    }),
  }),
)
export type PaymentFacts = z.infer<typeof PaymentWebhook>['data']['object']['payment']

export const RefundWebhook = webhook(
  z.looseObject({
    refund: z.looseObject({ id, status: z.string().max(50), location_id: id }),
  }),
)

export const InventoryWebhook = webhook(
  z.looseObject({ inventory_counts: z.array(InventoryCount).max(1000) }),
)

export const CatalogWebhook = webhook(
  z.looseObject({ catalog_version: z.looseObject({ updated_at: time }) }),
)

export const CustomerWebhook = webhook(z.looseObject({ customer: Customer }))

/** A deletion may come without its object. */
export const CustomerDeletedWebhook = z.looseObject({
  created_at: time,
  data: z.looseObject({ id, object: maybe(z.looseObject({ customer: maybe(Customer) })) }),
})

export const TeamMemberWebhook = webhook(z.looseObject({ team_member: TeamMember }))

export const TimecardWebhook = webhook(z.looseObject({ timecard: Timecard }))
