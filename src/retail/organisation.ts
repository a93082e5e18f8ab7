/** Where things are: chain, region, district, store, register. */
import { z } from 'zod'
import { idSchema } from '../base/ids.ts'
import { Currency } from '../base/money.ts'

/** A cell: data of its stores stays in it. */
export const RegionId = z.string().regex(/^[a-z]{2,12}$/, { error: 'a region like "eu"' })

/** A zone that this machine does not know would fail every event of its store, so it ends here. */
const TimeZone = z
  .string()
  .max(64)
  .refine(isZone, { error: 'a time zone of IANA like "Europe/Berlin"' })

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const Register = z.object({
  registerId: idSchema('register'),
  storeId: idSchema('store'),
  name: z.string().max(80),
})
export type Register = z.infer<typeof Register>

export const Store = z.object({
  storeId: idSchema('store'),
  chainId: idSchema('chain'),
  regionId: RegionId,
  districtId: idSchema('district'),
  name: z.string().min(1).max(80),
  currency: Currency,
  /** IANA zone; with `cutOverHour` it says to which business day a sale belongs. */
  timeZone: TimeZone,
  cutOverHour: z.int().min(0).max(23),
})
export type Store = z.infer<typeof Store>

export const District = z.object({
  districtId: idSchema('district'),
  chainId: idSchema('chain'),
  regionId: RegionId,
  name: z.string().min(1).max(80),
})
export type District = z.infer<typeof District>

export const Chain = z.object({ chainId: idSchema('chain'), name: z.string().min(1).max(80) })
export type Chain = z.infer<typeof Chain>
