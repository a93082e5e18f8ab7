/** Goods: what a product is and how many of it stand in a store. */
import { z } from 'zod'
import { Currency, MinorUnits } from '../base/money.ts'
import { Quantity } from '../base/quantity.ts'
import { Sku } from './sale.ts'

/** The level after the change; vendors tell levels, seldom causes. */
export const StockLevel = z.object({
  sku: Sku,
  /** Physically there. Negative when sold before it was received. */
  onHand: Quantity,
  cause: z.enum(['sale', 'return', 'count', 'received', 'adjustment', 'unknown']),
})
export type StockLevel = z.infer<typeof StockLevel>

export const Product = z.object({
  sku: Sku,
  name: z.string().max(255),
  gtin: z.string().max(14).optional(),
  category: z.string().max(120).optional(),
  currency: Currency,
  priceMinor: MinorUnits.optional(),
  costMinor: MinorUnits.optional(),
  isActive: z.boolean(),
})
export type Product = z.infer<typeof Product>
