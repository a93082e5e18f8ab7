/** What happens at the till: sales, carts, returns, refunds. All amounts in the sale's currency. */
import { z } from 'zod'
import { idSchema } from '../base/ids.ts'
import { Currency, MinorUnits } from '../base/money.ts'
import { Quantity } from '../base/quantity.ts'
import { CustomerToken, tokenSchema } from './tokens.ts'

/** Our stock unit, the only key that joins goods. */
export const Sku = z.string().min(1).max(64)

/** Names the sale across the chain: `sal_<connection>_<the vendor's id>`, opaque past the agent. */
export const SaleId = z
  .string()
  .regex(/^sal_[0-9A-Za-z_.:-]{1,160}$/, { error: 'an id like sal_…' })

export const LineItem = z.object({
  lineId: z.string().max(80),
  /** Missing when the cashier typed in an item that the catalogue does not hold. */
  sku: Sku.optional(),
  name: z.string().max(255),
  quantity: Quantity,
  unitPriceMinor: MinorUnits,
  discountMinor: MinorUnits,
  taxMinor: MinorUnits,
  /** After line discounts; with its tax only where the sale's taxes are included. */
  totalMinor: MinorUnits,
  isGiftCard: z.boolean().optional(),
})
export type LineItem = z.infer<typeof LineItem>

export const TenderKind = z.enum([
  'cash',
  'card',
  'gift_card',
  'store_credit',
  'wallet',
  'on_account',
  'other',
])
export type TenderKind = z.infer<typeof TenderKind>

export const Tender = z.object({
  kind: TenderKind,
  amountMinor: MinorUnits,
  /** The card or account that paid, where the vendor tells it apart from others. */
  instrument: tokenSchema('card').optional(),
})
export type Tender = z.infer<typeof Tender>

const Lines = z.array(LineItem).max(2000)
const Tenders = z.array(Tender).max(50)

export const Sale = z.object({
  saleId: SaleId,
  /** What the receipt shows. */
  number: z.string().max(80),
  employeeId: idSchema('employee').optional(),
  customer: CustomerToken.optional(),
  currency: Currency,
  lines: Lines,
  /** Off the sale as a whole, beyond what the lines already subtract; not negative. */
  discountMinor: MinorUnits,
  taxesIncluded: z.boolean(),
  taxMinor: MinorUnits,
  tipMinor: MinorUnits,
  /** What the customer owes: goods, taxes and tip, after all discounts. */
  totalMinor: MinorUnits,
  tenders: Tenders,
})
export type Sale = z.infer<typeof Sale>

export const VoidedSale = z.object({
  saleId: SaleId,
  employeeId: idSchema('employee').optional(),
  currency: Currency,
  totalMinor: MinorUnits,
  reason: tokenSchema('text').optional(),
})
export type VoidedSale = z.infer<typeof VoidedSale>

export const Cart = z.object({
  cartId: z.string().max(120),
  employeeId: idSchema('employee').optional(),
  customer: CustomerToken.optional(),
  currency: Currency,
  lines: Lines,
  totalMinor: MinorUnits,
})
export type Cart = z.infer<typeof Cart>

export const ReturnedLine = z.object({
  /** The line of the original sale, where it is known. */
  lineId: z.string().max(80).optional(),
  sku: Sku.optional(),
  name: z.string().max(255).optional(),
  quantity: Quantity,
  /** What would be, or was, given back for it, tax included; not negative. */
  amountMinor: MinorUnits,
})
export type ReturnedLine = z.infer<typeof ReturnedLine>

/** An item scanned for return, before money goes back. */
export const ReturnRequest = z.object({
  returnId: z.string().min(1).max(160),
  /** The sale on the receipt shown, if one was. */
  saleId: SaleId.optional(),
  employeeId: idSchema('employee').optional(),
  customer: CustomerToken.optional(),
  currency: Currency,
  lines: z.array(ReturnedLine).min(1).max(500),
  amountMinor: MinorUnits,
  /** The customer says that the item is faulty: law may then forbid to refuse. */
  isFaulty: z.boolean().optional(),
})
export type ReturnRequest = z.infer<typeof ReturnRequest>

/** Money that went back. Amounts are positive. */
export const Refund = z.object({
  refundId: z.string().min(1).max(160),
  saleId: SaleId.optional(),
  employeeId: idSchema('employee').optional(),
  customer: CustomerToken.optional(),
  currency: Currency,
  lines: z.array(ReturnedLine).max(2000),
  taxMinor: MinorUnits,
  totalMinor: MinorUnits,
  tenders: Tenders,
  reason: tokenSchema('text').optional(),
})
export type Refund = z.infer<typeof Refund>
