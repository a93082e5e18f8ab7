/** What a connection to Square needs to know beside its secrets. One connection is one merchant. */
import { z } from 'zod'
import type { ApiContext, Connection, TranslationContext } from '../connector.ts'

export const SquareSettings = z.object({
  /** The seller; every webhook names it. */
  merchantId: z.string().min(1).max(191),
  /** The application id of the Developer Console, `sq0idp-…`. */
  clientId: z.string().min(1).max(191),
  /** Only where the application has several; must then be the one that the seller was sent through. */
  redirectUri: z.string().max(2048).optional(),
})
export type SquareSettings = z.infer<typeof SquareSettings>

export type SquareConnection = Connection<SquareSettings>
export type SquareTranslation = TranslationContext<SquareSettings>
export type SquareApi = ApiContext<SquareSettings>

/** The names of a connection's secrets. */
export const secretNames = {
  webhook: 'The signature key of the webhook subscription (Developer Console, Webhooks).',
  clientSecret: 'The application secret (Developer Console, OAuth); codes and tokens need it.',
} as const
