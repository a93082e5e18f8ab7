/**
 * What Clover sends: webhooks (ids only) and v3 REST objects. Unknown fields pass; a missing one that
 * we need is named. Field names and types: clover/clover-android-sdk @4664966 (2026-02-24), from whose
 * object model v3 REST is generated, and docs.clover.com. Money is whole minor units, time ms epoch.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'

const Id = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/, { error: 'a Clover id of letters, digits and dashes' })
const Ms = z.int().min(0)
const Reference = z.looseObject({ id: Id })

/** A nested collection: its elements when expanded, else only an address or nothing. */
function nested<Element extends z.ZodType>(element: Element) {
  return z.looseObject({ elements: z.array(element).nullish() }).nullish()
}

export function elementsOf<Element>(
  collection: { elements?: Element[] | null | undefined } | null | undefined,
): readonly Element[] {
  return collection?.elements ?? []
}

/** `{"verificationCode":"…"}`, sent by hand from the developer dashboard. */
export const Handshake = z.strictObject({ verificationCode: z.uuid() })

const objectId = /^([A-Z]{1,4}):([0-9A-Za-z-]{1,64})$/
export const Webhook = z.looseObject({
  appId: z.string(),
  merchants: z.record(
    Id,
    z.array(
      z.looseObject({
        objectId: z.string().regex(objectId, { error: 'a key, a colon and an id' }),
        type: z.enum(['CREATE', 'UPDATE', 'DELETE']),
        ts: Ms,
      }),
    ),
  ),
})
export type Webhook = z.infer<typeof Webhook>

export const Tender = z.looseObject({ id: Id, labelKey: z.string().nullish() })
export type Tender = z.infer<typeof Tender>

const CardTransaction = z.looseObject({
  cardType: z.string().nullish(),
  token: z.string().nullish(),
  vaultedCard: z.looseObject({ token: z.string().nullish() }).nullish(),
})

export const Payment = z.looseObject({
  id: Id,
  order: Reference.nullish(),
  device: Reference.nullish(),
  employee: Reference.nullish(),
  tender: Tender.nullish(),
  /** With tax, without tip. */
  amount: z.int(),
  tipAmount: z.int().nullish(),
  taxAmount: z.int().nullish(),
  createdTime: Ms,
  clientCreatedTime: Ms.nullish(),
  modifiedTime: Ms.nullish(),
  result: z.string(),
  voidReason: z.string().nullish(),
  serviceCharge: z.looseObject({ amount: z.int().nullish() }).nullish(),
  cardTransaction: CardTransaction.nullish(),
})
export type Payment = z.infer<typeof Payment>

export const Discount = z.looseObject({
  amount: z.int().nullish(),
  percentage: z.int().nullish(),
  /** 12.5 % = 125000. */
  percentageDecimal: z.int().nullish(),
})
export type Discount = z.infer<typeof Discount>

export const LineItem = z.looseObject({
  id: Id,
  item: Reference.nullish(),
  name: z.string().nullish(),
  price: z.int(),
  /** Thousandths of a unit, for goods priced by the unit of measure. */
  unitQty: z.int().nullish(),
  isOrderFee: z.boolean().nullish(),
  /** A share of the price, or a sum for each piece. */
  taxRates: nested(z.looseObject({ rate: z.int().nullish(), taxAmount: z.int().nullish() })),
  discounts: nested(Discount),
  modifications: nested(z.looseObject({ amount: z.int().nullish() })),
})
export type LineItem = z.infer<typeof LineItem>

export const Refund = z.looseObject({
  id: Id,
  orderRef: Reference.nullish(),
  payment: Reference.nullish(),
  device: Reference.nullish(),
  employee: Reference.nullish(),
  /** With tax and tip, positive. */
  amount: z.int(),
  taxAmount: z.int().nullish(),
  tipAmount: z.int().nullish(),
  createdTime: Ms,
  clientCreatedTime: Ms.nullish(),
  lineItems: nested(Reference),
  overrideMerchantTender: Tender.nullish(),
  cardTransaction: CardTransaction.nullish(),
  voided: z.boolean().nullish(),
  status: z.string().nullish(),
  reason: z.string().nullish(),
})
export type Refund = z.infer<typeof Refund>

/** A manual refund: money given back without a payment to undo. */
export const Credit = z.looseObject({
  id: Id,
  orderRef: Reference.nullish(),
  device: Reference.nullish(),
  tender: Tender.nullish(),
  employee: Reference.nullish(),
  customers: z.looseObject({ id: Id.nullish() }).nullish(),
  amount: z.int(),
  taxAmount: z.int().nullish(),
  createdTime: Ms,
  clientCreatedTime: Ms.nullish(),
  cardTransaction: CardTransaction.nullish(),
  voided: z.boolean().nullish(),
  result: z.string().nullish(),
  reason: z.string().nullish(),
})
export type Credit = z.infer<typeof Credit>

export const Order = z.looseObject({
  id: Id,
  currency: z.string().length(3).nullish(),
  employee: Reference.nullish(),
  device: Reference.nullish(),
  total: z.int().nullish(),
  note: z.string().nullish(),
  paymentState: z.string().nullish(),
  isVat: z.boolean().nullish(),
  modifiedTime: Ms,
  customers: nested(Reference),
  discounts: nested(Discount),
  lineItems: nested(LineItem),
  payments: nested(Payment),
  /** Each is read by itself: what is nested here may be less than whole. */
  refunds: nested(Reference),
  voids: nested(Payment),
})
export type Order = z.infer<typeof Order>

export const Item = z.looseObject({
  id: Id,
  name: z.string(),
  sku: z.string().nullish(),
  code: z.string().nullish(),
  price: z.int().nullish(),
  cost: z.int().nullish(),
  hidden: z.boolean().nullish(),
  available: z.boolean().nullish(),
  autoManage: z.boolean().nullish(),
  modifiedTime: Ms.nullish(),
  deletedTime: Ms.nullish(),
  categories: nested(z.looseObject({ name: z.string() })),
  itemStock: z
    .looseObject({ quantity: z.number().nullish(), modifiedTime: Ms.nullish() })
    .nullish(),
})
export type Item = z.infer<typeof Item>

export const Customer = z.looseObject({
  id: Id,
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  marketingAllowed: z.boolean().nullish(),
  customerSince: Ms.nullish(),
  emailAddresses: nested(
    z.looseObject({ emailAddress: z.string(), primaryEmail: z.boolean().nullish() }),
  ),
  phoneNumbers: nested(z.looseObject({ phoneNumber: z.string() })),
  addresses: nested(z.looseObject({})),
  metadata: z.looseObject({ modifiedTime: Ms.nullish() }).nullish(),
})
export type Customer = z.infer<typeof Customer>

export const Employee = z.looseObject({
  id: Id,
  name: z.string().nullish(),
  role: z.string().nullish(),
  deletedTime: Ms.nullish(),
})
export type Employee = z.infer<typeof Employee>

export const Shift = z.looseObject({
  id: Id,
  employee: Reference,
  inTime: Ms,
  outTime: Ms.nullish(),
  overrideInTime: Ms.nullish(),
  overrideOutTime: Ms.nullish(),
})
export type Shift = z.infer<typeof Shift>

export const CashEvent = z.looseObject({
  type: z.string(),
  amountChange: z.int().nullish(),
  timestamp: Ms,
  employee: Reference.nullish(),
  device: Reference.nullish(),
})
export type CashEvent = z.infer<typeof CashEvent>

export const Device = z.looseObject({
  id: Id,
  model: z.string().nullish(),
  deviceTypeName: z.string().nullish(),
  buildNumber: z.int().nullish(),
})
export type Device = z.infer<typeof Device>

export const List = z.looseObject({ elements: z.array(z.unknown()) })

/** Seconds here, unlike everywhere else. */
export const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  access_token_expiration: z.int().min(0),
  refresh_token: z.string().min(1).nullish(),
})

/** @throws Fault payload_malformed naming the field */
export function read<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  return parse(schema, input, 'payload_malformed')
}
