/** What a Clover connection is told beside its secrets. */
import { z } from 'zod'
import type { ApiContext } from '../connector.ts'

export const CloverSettings = z.object({
  /** The app's id in the developer dashboard; OAuth's client id, and in every webhook. */
  appId: z.string().regex(/^[0-9A-Za-z]{1,64}$/, { error: 'an app id like DRKVJT2ZRRRSC' }),
})
export type CloverSettings = z.infer<typeof CloverSettings>

export type CloverContext = ApiContext<CloverSettings>
