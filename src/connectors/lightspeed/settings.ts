/** What a connection to Lightspeed Retail (X-Series) must be told besides its secrets. */
import { z } from 'zod'

export const LightspeedSettings = z.object({
  /** The retailer's subdomain: `mystore` of `mystore.retail.lightspeed.app`. */
  domainPrefix: z.string().min(1).max(80),
  /** `GET /retailer` shows it; webhooks and business rules name it. */
  retailerId: z.guid(),
  /** Whether shelf prices include tax: for all outlets, or by outlet id (`display_prices`). */
  taxesIncluded: z.union([z.boolean(), z.record(z.string(), z.boolean())]),
  /** Where the OAuth app sends people back to; Lightspeed compares it. */
  redirectUri: z.url().optional(),
  /** Our supplier ids to Lightspeed's; others are found by name, and made when there is none. */
  suppliers: z.record(z.string(), z.string()).optional(),
})
export type LightspeedSettings = z.infer<typeof LightspeedSettings>

export function taxesIncludedAt(settings: LightspeedSettings, outletId: string): boolean {
  const { taxesIncluded } = settings
  return typeof taxesIncluded === 'boolean' ? taxesIncluded : (taxesIncluded[outletId] ?? false)
}
