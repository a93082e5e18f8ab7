/** Walks a connection's feeds for what webhooks lost: at start, after an outage, and every so often. */
import type { Logger } from '../../base/log.ts'
import type { LiveConnection } from '../connections.ts'
import { type Intake, originFor } from '../intake.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'

export interface SweeperOptions {
  readonly live: LiveConnection
  readonly storage: Storage
  readonly intake: Intake
  readonly everySeconds: number
  readonly log: Logger
}

const whenFullMs = 5_000

export function startSweeper({ live, storage, intake, everySeconds, log }: SweeperOptions): Loop {
  const { connector, connection, context } = live
  const { connectionId } = connection
  const { cursors } = storage

  async function walk(feed: string, signal: AbortSignal): Promise<void> {
    const cursor = cursors.find(connectionId, feed)
    const from = { since: live.startsAt, ...(cursor !== undefined && { cursor }) }
    for await (const page of connector.backfill(feed, from, context)) {
      // A page is kept whole with its cursor or not at all.
      await intake.take(page.translation, originFor(live), () =>
        cursors.set(connectionId, feed, page.cursor),
      )
      if (signal.aborted || intake.isFull) return
    }
  }

  async function step(signal: AbortSignal): Promise<number> {
    if (intake.isFull) return whenFullMs
    let failure: unknown
    for (const feed of connector.feeds(connection)) {
      if (signal.aborted) break
      // A feed that fails must not keep the others from being walked.
      await walk(feed, signal).catch((error: unknown) => {
        failure ??= error
      })
    }
    if (failure !== undefined) throw failure
    return intake.isFull ? whenFullMs : everySeconds * 1000
  }

  return startLoop({
    name: `sweeping ${connectionId}`,
    log,
    step,
    backoffMsMax: Math.min(everySeconds * 1000, 60_000),
  })
}
