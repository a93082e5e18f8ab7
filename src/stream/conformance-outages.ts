/** What every log must do when what it stands on goes away for a while. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AnyEvent } from '../retail/event.ts'
import {
  assertOnceInOrder,
  batch,
  type Check,
  eventually,
  recordIds,
} from './conformance-subject.ts'

/** A server that the log stands on, away and back; between the two nothing of it answers. */
export interface Outage {
  readonly what: string
  stop(): Promise<void>
  start(): Promise<void>
}

/** So long that members have given up what they held by the time it is back. */
const awayMs = 5_000

export function checkOutages(check: Check, outages: readonly Outage[]): void {
  for (const { what, stop, start } of outages)
    check(`${what}: nothing is lost, nothing happens twice`, async (subject, chainId) => {
      const [one, two] = [await subject.open(), await subject.open()]
      const handler = recordIds(subject)
      await one.consume({ chainId, group: 'one', handler, batchMax: 10, backoffMs: 20 })
      await two.consume({ chainId, group: 'one', handler, batchMax: 10, backoffMs: 20 })
      const events: AnyEvent[] = batch(chainId, 6, 90)
      // As agents do: the same batch again until it is accepted.
      const append = (from: number, to: number) =>
        eventually(() =>
          two.append(events.slice(from, to)).then(
            () => true,
            () => false,
          ),
        )
      await append(0, 30)
      await stop()
      const during = append(30, 60)
      await sleep(awayMs)
      await start()
      await during
      await append(60, 90)
      await eventually(async () => (await one.lag(chainId, 'one').catch(() => 1)) === 0)
      assertOnceInOrder(await subject.effects(chainId), events)
    })
}
