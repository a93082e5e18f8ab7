/** The entry for a batch of events: their Merkle root stands for all of them on the hot path. */
import { z } from 'zod'
import { canonicalJson } from '../base/json.ts'
import type { Instant } from '../base/time.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { Actor, LedgerEntry, NewEntry } from './entry.ts'
import type { EventRange, ReadEvents } from './ledger.ts'
import { leafHash, merkleRoot } from './merkle.ts'

const Recorded = z.object({
  root: z.string(),
  eventsCount: z.int().positive(),
  ranges: z.array(
    z.object({ partition: z.int(), first: z.int().positive(), last: z.int().positive() }),
  ),
})

interface PlacedEvent {
  readonly partition: number
  readonly position: number
  readonly event: AnyEvent
}

/** @param placed what `append` returned as `positions`: not empty, by partition and position */
export function recordedEvents(
  placed: readonly PlacedEvent[],
  at: Instant,
  actor: Actor,
): NewEntry {
  const [first] = placed
  const last = placed.at(-1)
  if (first === undefined || last === undefined) throw new Error('There is no event to record.')
  const isOneStore = placed.every(({ event }) => event.storeId === first.event.storeId)
  return {
    chainId: first.event.chainId,
    regionId: first.event.regionId,
    at,
    kind: 'events.recorded',
    ...(placed.length === 1 && { traceId: first.event.traceparent.slice(3, 35) }),
    ...(isOneStore && { storeId: first.event.storeId }),
    actor,
    subjectId: first.event.id,
    body: {
      root: rootOf(placed.map(({ event }) => event)),
      eventsCount: placed.length,
      ranges: rangesOf(placed).map((range) => ({ ...range })),
      firstEventId: first.event.id,
      lastEventId: last.event.id,
    },
  }
}

export function rootOf(events: readonly AnyEvent[]): string {
  return merkleRoot(events.map((event) => leafHash(canonicalJson(event)))).toString('hex')
}

function rangesOf(placed: readonly PlacedEvent[]): EventRange[] {
  const ranges: { partition: number; first: number; last: number }[] = []
  for (const { partition, position } of placed) {
    const open = ranges.at(-1)
    if (open?.partition === partition && open.last + 1 === position) open.last = position
    else ranges.push({ partition, first: position, last: position })
  }
  return ranges
}

/** Whether the log still holds exactly the events that the entry stands for. */
export async function checkRecorded(
  entry: LedgerEntry,
  readEvents: ReadEvents,
): Promise<'same' | 'different' | 'dropped'> {
  const body = Recorded.safeParse(entry.body)
  if (!body.success) return 'different'
  const events: AnyEvent[] = []
  for (const range of body.data.ranges) {
    const read = await readEvents(entry.chainId, range)
    if (read === undefined) return 'dropped'
    events.push(...read)
  }
  const isSame = events.length === body.data.eventsCount && rootOf(events) === body.data.root
  return isSame ? 'same' : 'different'
}
