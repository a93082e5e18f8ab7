/** Business days of stores, remembered by quarter hour: no zone changes its offset within one. */
import { LRUCache } from 'lru-cache'
import { businessDay, type Instant, msOf } from '../../base/time.ts'
import type { Store } from '../../retail/organisation.ts'

const quarterMs = 15 * 60_000
const known = new LRUCache<string, string>({ max: 20_000 })

export function businessDayOf(store: Store, occurredAt: Instant): string {
  const quarter = Math.floor(msOf(occurredAt) / quarterMs)
  const key = `${store.timeZone}|${store.cutOverHour}|${quarter}`
  let day = known.get(key)
  if (day === undefined) {
    day = businessDay(occurredAt, store.timeZone, store.cutOverHour)
    known.set(key, day)
  }
  return day
}

export function hourOf(occurredAt: Instant): Instant {
  return `${occurredAt.slice(0, 13)}:00:00.000Z`
}
