/** What Shopify's GraphQL answers to our documents; the test holds it against Shopify's schema. */
import { z } from 'zod'

const Money = z.object({ amount: z.string(), currencyCode: z.string() })
const MoneyBag = z.object({ shopMoney: Money })
const Identified = z.object({ id: z.string() })
const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })
export type PageInfo = z.infer<typeof PageInfo>

const pageOf = <Node extends z.ZodType>(Node: Node) =>
  z.object({ nodes: z.array(Node), pageInfo: PageInfo })

const Line = z.object({
  id: z.string(),
  sku: z.string().nullable(),
  name: z.string(),
  quantity: z.int(),
  isGiftCard: z.boolean(),
  variant: Identified.nullable(),
  originalUnitPriceSet: MoneyBag,
  discountAllocations: z.array(z.object({ allocatedAmountSet: MoneyBag })),
  taxLines: z.array(z.object({ priceSet: MoneyBag })),
  customAttributes: z.array(z.object({ key: z.string(), value: z.string().nullable() })),
})
export type LineAnswer = z.infer<typeof Line>

const Transaction = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  gateway: z.string().nullable(),
  amountSet: MoneyBag,
  device: Identified.nullable(),
})
export type TransactionAnswer = z.infer<typeof Transaction>

export const OrderAnswer = z.object({
  id: z.string(),
  name: z.string(),
  sourceName: z.string().nullable(),
  sourceIdentifier: z.string().nullable(),
  test: z.boolean(),
  updatedAt: z.string(),
  processedAt: z.string(),
  cancelledAt: z.string().nullable(),
  cancelReason: z.string().nullable(),
  displayFinancialStatus: z.string().nullable(),
  taxesIncluded: z.boolean(),
  currencyCode: z.string(),
  retailLocation: Identified.nullable(),
  staffMember: Identified.nullish(),
  customer: z
    .object({
      id: z.string(),
      defaultEmailAddress: z.object({ emailAddress: z.string() }).nullable(),
      defaultPhoneNumber: z.object({ phoneNumber: z.string() }).nullable(),
    })
    .nullable(),
  totalPriceSet: MoneyBag,
  totalTaxSet: MoneyBag.nullable(),
  totalTipReceivedSet: MoneyBag,
  totalCashRoundingAdjustment: z.object({ paymentSet: MoneyBag }),
  shippingLines: z.object({
    nodes: z.array(
      z.object({
        id: z.string().nullable(),
        title: z.string(),
        originalPriceSet: MoneyBag,
        discountedPriceSet: MoneyBag,
        taxLines: z.array(z.object({ priceSet: MoneyBag })),
      }),
    ),
  }),
  transactions: z.array(Transaction),
  lineItems: pageOf(Line),
})
export type OrderAnswer = z.infer<typeof OrderAnswer>

export const OrdersAnswer = z.object({ orders: pageOf(OrderAnswer) })
export const OneOrderAnswer = z.object({ order: OrderAnswer.nullable() })

const RefundAnswer = z.object({
  id: z.string(),
  note: z.string().nullable(),
  createdAt: z.string().nullable(),
  processedAt: z.string(),
  staffMember: Identified.nullish(),
  refundLineItems: pageOf(
    z.object({
      quantity: z.int(),
      lineItem: z.object({
        id: z.string(),
        sku: z.string().nullable(),
        name: z.string(),
        variant: Identified.nullable(),
      }),
      subtotalSet: MoneyBag,
      totalTaxSet: MoneyBag,
    }),
  ),
  transactions: z.object({
    nodes: z.array(
      Transaction.extend({
        location: Identified.nullable(),
        parentTransaction: Identified.nullable(),
      }),
    ),
  }),
})
export type RefundAnswer = z.infer<typeof RefundAnswer>

const RefundedOrder = z.object({
  id: z.string(),
  updatedAt: z.string(),
  test: z.boolean(),
  currencyCode: z.string(),
  taxesIncluded: z.boolean(),
  retailLocation: Identified.nullable(),
})
export type RefundedOrder = z.infer<typeof RefundedOrder>

export const RefundsAnswer = z.object({
  orders: pageOf(RefundedOrder.extend({ refunds: z.array(RefundAnswer) })),
})
export const OneRefundAnswer = z.object({
  refund: RefundAnswer.extend({ order: RefundedOrder }).nullable(),
})

export const RefundsOfOrderAnswer = z.object({
  order: z.object({ refunds: z.array(Identified) }).nullable(),
})

const ProductAnswer = z.object({
  id: z.string(),
  title: z.string(),
  productType: z.string(),
  status: z.string(),
  updatedAt: z.string(),
  variants: pageOf(
    z.object({
      id: z.string(),
      sku: z.string().nullable(),
      title: z.string(),
      barcode: z.string().nullable(),
      price: z.string(),
      inventoryItem: z.object({ id: z.string(), unitCost: Money.nullable() }),
    }),
  ),
})
export type ProductAnswer = z.infer<typeof ProductAnswer>
export const ProductsAnswer = z.object({ products: pageOf(ProductAnswer) })
export const OneProductAnswer = z.object({ product: ProductAnswer.nullable() })

const CustomerAnswer = z.object({
  id: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  updatedAt: z.string(),
  defaultEmailAddress: z
    .object({ emailAddress: z.string(), marketingState: z.string() })
    .nullable(),
  defaultPhoneNumber: z.object({ phoneNumber: z.string() }).nullable(),
  defaultAddress: z
    .object({
      address1: z.string().nullable(),
      address2: z.string().nullable(),
      city: z.string().nullable(),
      zip: z.string().nullable(),
      countryCodeV2: z.string().nullable(),
    })
    .nullable(),
})
export type CustomerAnswer = z.infer<typeof CustomerAnswer>
export const CustomersAnswer = z.object({ customers: pageOf(CustomerAnswer) })

const Level = z.object({
  updatedAt: z.string(),
  quantities: z.array(z.object({ name: z.string(), quantity: z.int() })),
})
export type LevelAnswer = z.infer<typeof Level>
const Item = z.object({ id: z.string(), sku: z.string().nullable() })
export const LevelsAnswer = z.object({
  location: z.object({ inventoryLevels: pageOf(Level.extend({ item: Item })) }).nullable(),
})
export const OneLevelAnswer = z.object({
  inventoryItem: Item.extend({ inventoryLevel: Level.nullable() }).nullable(),
})

const Staff = z.object({
  id: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  active: z.boolean(),
  isShopOwner: z.boolean(),
})
export type StaffAnswer = z.infer<typeof Staff>
export const StaffPageAnswer = z.object({ staffMembers: pageOf(Staff).nullable() })

const Session = z.object({
  id: z.string(),
  status: z.string(),
  openingTime: z.string(),
  closingTime: z.string().nullable(),
  currency: z.string(),
  totalsReady: z.boolean(),
  location: Identified,
  pointOfSaleDevice: Identified,
  openingStaffMember: Identified.nullish(),
  closingStaffMember: Identified.nullish(),
  cashCountedAtOpen: Money,
  cashCountedAtClose: Money.nullable(),
  expectedCashAtClose: Money.nullable(),
})
export type SessionAnswer = z.infer<typeof Session>
export const SessionsAnswer = z.object({ pointOfSaleDevicePaymentSessions: pageOf(Session) })
export const OneSessionAnswer = z.object({ pointOfSaleDevicePaymentSession: Session.nullable() })

const UserErrors = z.array(z.object({ message: z.string() }))
export const FlagAnswer = z.object({
  tagsAdd: z.object({ node: Identified.nullable(), userErrors: UserErrors }).nullable(),
  metafieldsSet: z.object({ userErrors: UserErrors }).nullable(),
})
export const ReadFlagAnswer = z.object({
  order: z
    .object({
      id: z.string(),
      tags: z.array(z.string()),
      metafield: z.object({ value: z.string() }).nullable(),
    })
    .nullable(),
})
