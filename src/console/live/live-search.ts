/** What the address of the live page holds: filters and the open thread. */
import { type EventGroup, eventGroupNames } from '../words/events.ts'

export interface LiveSearch {
  readonly type?: EventGroup
  readonly storeId?: string
  readonly thread?: string
}

export function liveSearch(search: Record<string, unknown>): LiveSearch {
  const type = eventGroupNames.find((name) => name === search.type)
  const { storeId, thread } = search
  return {
    ...(type && { type }),
    ...(typeof storeId === 'string' && storeId !== '' && { storeId }),
    ...(typeof thread === 'string' && thread !== '' && { thread }),
  }
}
