/** What the suite of all logs (conformance.ts) is given, and what its checks share. */
import { deepEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Tx } from '../base/postgres.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { Delivery, EventLog } from './log.ts'

export interface Subject {
  /** As one process opens it; each call is another process on the same log. */
  open(): Promise<EventLog>
  readonly db: Database
  /** Writes an effect in a delivery's transaction, and reads all effects of a chain in order. */
  addEffect(tx: Tx, chainId: string, effect: string): Promise<void>
  effects(chainId: string): Promise<string[]>
}

export function sampleEvent(chainId: string, storeId: string, sequence: number): AnyEvent {
  return {
    id: randomUUID(),
    type: 'drawer.opened',
    chainId,
    regionId: 'eu',
    storeId,
    occurredAt: '2026-11-20T15:02:05.831Z',
    receivedAt: '2026-11-20T15:02:06.000Z',
    traceparent: `00-${randomUUID().replaceAll('-', '')}-00f067aa0ba902b7-01`,
    epoch: 'epoch_1',
    sequence,
    data: { reason: 'no_sale' },
  }
}

/** Waits for what must come; the limit is only there so that a failure ends. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries += 1) {
    if (await holds()) return
    await sleep(10)
  }
  throw new Error('It did not come about.')
}

export const batch = (chainId: string, stores: number, count: number, from = 1) =>
  Array.from({ length: count }, (_, index) =>
    sampleEvent(chainId, `str_${index % stores}`, from + index),
  )

export type Check = (why: string, run: (subject: Subject, chainId: string) => Promise<void>) => void

/** Records each event's id as its effect. */
export const recordIds =
  ({ addEffect }: Subject) =>
  async ({ tx, chainId, events }: Delivery) => {
    for (const { event } of events) await addEffect(tx, chainId, event.id)
  }

/** Each event once, and those of a store in the order in which they were appended. */
export function assertOnceInOrder(effects: readonly string[], events: readonly AnyEvent[]): void {
  deepEqual([...effects].sort(), events.map(({ id }) => id).sort())
  for (const storeId of new Set(events.map((event) => event.storeId))) {
    const told = events.filter((event) => event.storeId === storeId).map(({ id }) => id)
    const mine = new Set(told)
    deepEqual(
      effects.filter((id) => mine.has(id)),
      told,
    )
  }
}
