/** Times as people read them: an event in the zone of its store, a waiting time from now. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string | undefined, options: Intl.DateTimeFormatOptions) {
  const key = `${zone} ${Object.keys(options).join()}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(undefined, { ...options, ...(zone && { timeZone: zone }) })
  formats.set(key, made)
  return made
}

const hms = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const day = { day: 'numeric', month: 'short' } as const

/** "14:03:09". */
export const clockTime = (instant: string, zone?: string) =>
  formatIn(zone, hms).format(new Date(instant))

/** "Nov 20, 14:03:09 CET". */
export const fullTime = (instant: string, zone?: string) =>
  formatIn(zone, { ...day, ...hms, timeZoneName: 'short' }).format(new Date(instant))

/** "Fri 14:00": an hour on a chart. */
export const hourLabel = (instant: string, zone?: string) =>
  formatIn(zone, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(instant),
  )

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** "in 12 minutes", "3 hours ago", in the largest unit that fits. */
export function fromNow(instant: string, nowMs: number): string {
  const differenceMs = Date.parse(instant) - nowMs
  const [unit, unitMs] = units.find(([, ms]) => Math.abs(differenceMs) >= ms) ?? units[3]
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  return relative.format(Math.trunc(differenceMs / unitMs), unit)
}
