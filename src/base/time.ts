/** Time: instants on the wire as RFC 3339 in UTC; a store's own day by its zone and cut-over hour. */
import { z } from 'zod'
import { Fault } from './fault.ts'

/** Always UTC with milliseconds, so that instants compare as text: `2026-11-20T15:02:05.831Z`. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, { error: 'an instant in UTC' })
  .refine(isReal, { error: 'an instant that the calendar has' })
export type Instant = z.infer<typeof Instant>

/** What tells the time; the simulator's runs faster than ours. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

export function instantFromMs(epochMs: number): Instant {
  return new Date(epochMs).toISOString()
}

/**
 * Month 13 has no milliseconds, and 30 February would quietly become 2 March. Only a day past the 28th
 * or hour 24 can be of another day, so that most need not be written again to be compared.
 */
function isReal(instant: string): boolean {
  const epochMs = Date.parse(instant)
  if (Number.isNaN(epochMs)) return false
  const staysItself = instant.slice(8, 10) <= '28' && instant.slice(11, 13) < '24'
  return staysItself || instantFromMs(epochMs) === instant
}

export function msOf(instant: Instant): number {
  return Date.parse(instant)
}

const offsetShape = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * A vendor's date and time as an instant: with `Z` or an offset, or bare, then meant as UTC.
 * @throws Fault payload_malformed naming `field`
 */
export function instantFrom(text: string, field = 'time'): Instant {
  const match = offsetShape.exec(text)
  const epochMs = match === null ? Number.NaN : Date.parse(toIso(text, match[2] !== undefined))
  if (Number.isNaN(epochMs) || !isReal(`${text.slice(0, 10)}T00:00:00.000Z`))
    throw new Fault('payload_malformed', { field, expected: 'a date and time of RFC 3339' })
  return instantFromMs(epochMs)
}

function toIso(text: string, hasZone: boolean): string {
  const withT = text.replace(' ', 'T')
  return hasZone ? withT : `${withT}Z`
}

/**
 * The store's local date to which an instant belongs: a sale at 01:30 may be of yesterday. Counted
 * on the wall clock, since the cut-over is: the night in which clocks change has 2 or 4 hours to 3.
 */
export function businessDay(instant: Instant, timeZone: string, cutOverHour: number): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .subtract({ hours: cutOverHour })
    .toPlainDate()
    .toString()
}
