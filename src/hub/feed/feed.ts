/** The live feed of a cell: one follower of the log for all who watch, and threads told again when they change. */

import type { Logger } from '../../base/log.ts'
import { type Database, inChain } from '../../base/postgres.ts'
import type { EventLog } from '../../stream/log.ts'
import type { Changes } from '../changes.ts'
import type { Organisation } from '../organisation/organisation.ts'
import type { FeedItem } from '../views.ts'
import { viewFeed } from './views.ts'

type OnItem = (item: FeedItem) => void

export interface Feed {
  /** Resolves when nothing recorded from now on is missed, to how to stop. */
  watch(onItem: OnItem): Promise<() => void>
  close(): Promise<void>
}

/** Changed threads are gathered this long, so that one that changes thrice is told once. */
const gatherMs = 150
const threadsMax = 100

export function openFeed(
  { db, log, changes }: { db: Database; log: EventLog; changes: Changes },
  chainId: string,
  organisation: Organisation,
  logger: Logger,
): Feed {
  const watchers = new Set<OnItem>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const tell = (items: readonly FeedItem[]): void => {
    for (const item of items) for (const onItem of watchers) onItem(item)
  }

  /** While somebody watches: reading every event for nobody took a third of a busy hub's statements. */
  let follower: Promise<{ close(): Promise<void> }> | undefined
  const follow = () =>
    log.follow(chainId, async (events) => {
      const newest = events.slice(-threadsMax)
      tell(await inChain(db, chainId, (tx) => viewFeed(tx, chainId, organisation, newest)))
    })
  async function unfollow(): Promise<void> {
    const ending = follower
    follower = undefined
    await ending?.then(
      ({ close }) => close(),
      () => {},
    )
  }

  const unsubscribe = changes.subscribe((change) => {
    if (change?.kind !== 'thread' || change.chainId !== chainId || watchers.size === 0) return
    if (changed.size < threadsMax) changed.add(change.traceId)
    timer ??= setTimeout(() => {
      timer = undefined
      tellChanged().catch((error) => logger.warn({ err: error }, 'the feed missed a change'))
    }, gatherMs)
  })

  async function tellChanged(): Promise<void> {
    const traceIds = [...changed]
    changed.clear()
    const firsts = (
      await Promise.all(traceIds.map((traceId) => log.byTrace(chainId, traceId)))
    ).flatMap((events) => events.slice(0, 1))
    tell(await inChain(db, chainId, (tx) => viewFeed(tx, chainId, organisation, firsts)))
  }

  return {
    async watch(onItem) {
      const unwatch = () => {
        if (watchers.delete(onItem) && watchers.size === 0) void unfollow()
      }
      watchers.add(onItem)
      follower ??= follow()
      try {
        await follower
      } catch (error) {
        unwatch()
        throw error
      }
      return unwatch
    },
    async close() {
      clearTimeout(timer)
      unsubscribe()
      await unfollow()
    },
  }
}
