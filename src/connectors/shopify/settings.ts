/** What a connection to a shop must say about it. */
import { z } from 'zod'

/** The API version that documents, payloads and tests are pinned to; webhooks are set to it too. */
export const apiVersion = '2026-07'

export const ShopifySettings = z.object({
  /** `store-1.myshopify.com`; one connection is one shop, its locations are the stores. */
  shop: z.string().regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, {
    error: 'a shop like store-1.myshopify.com',
  }),
  /** The app's client id, for the exchange of tokens. */
  clientId: z.string().min(1),
  /** The scope `read_users`: Shopify gives it to Plus and Advanced shops, on request. */
  hasStaffAccess: z.boolean().default(true),
  /** The scope `read_cash_tracking`: POS Pro, since 2026-04. */
  hasCashTracking: z.boolean().default(true),
  /**
   * Stores also ship online orders: part of their goods may be committed, so that the level a
   * webhook tells (available) is not the one on hand, and has to be asked for.
   */
  shipsOnlineOrders: z.boolean().default(false),
  /** Quantities are whole at Shopify; a weighing app may write the weight into this line property. */
  weightProperty: z.string().min(1).max(80).optional(),
  /** The tag that `sale.flag` puts on an order. */
  flagTag: z
    .string()
    .regex(/^[^,]{1,40}$/, { error: 'a tag of at most 40 characters without a comma' })
    .default('tillway-review'),
})
export type ShopifySettings = z.infer<typeof ShopifySettings>
