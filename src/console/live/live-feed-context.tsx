/** Keeps one stream open for the whole console, and lets pages read from it. */
import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { FeedItem } from '../../hub/views.ts'
import { openFeedStream } from '../api.ts'
import { approvalsQuery, sessionQuery } from '../queries.ts'
import { createFeedStore, type FeedSnapshot, type FeedStore } from './feed-store.ts'

const LiveFeed = createContext<FeedStore | undefined>(undefined)

export function useLiveFeed(): FeedSnapshot {
  const store = useContext(LiveFeed)
  if (store === undefined) throw new Error('useLiveFeed stands outside LiveFeedProvider.')
  return useSyncExternalStore(store.subscribe, store.getSnapshot)
}

/** Events are shown at most this often. */
const gatherMs = 300
const reopenMs = 3_000
const tickMs = 2_000

export function LiveFeedProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createFeedStore)
  const queryClient = useQueryClient()
  useEffect(
    () =>
      follow(store, {
        onItems: (items) => {
          if (items.some(({ outcome }) => outcome?.autonomy === 'approval'))
            void queryClient.invalidateQueries({ queryKey: approvalsQuery.queryKey })
          for (const traceId of new Set(items.map((item) => item.traceId)))
            void queryClient.invalidateQueries({ queryKey: ['thread', traceId] })
        },
        // What came while the line was down is read, not streamed.
        onReopened: () => void queryClient.invalidateQueries({ queryKey: ['feed'] }),
        // A refusal may mean signed out; asking who is signed in finds that out.
        onRefused: () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      }),
    [store, queryClient],
  )
  return <LiveFeed value={store}>{children}</LiveFeed>
}

interface Followers {
  onItems(items: readonly FeedItem[]): void
  onReopened(): void
  onRefused(): void
}

function follow(store: FeedStore, followers: Followers): () => void {
  let gathered: FeedItem[] = []
  let wasLive = false
  let reopening: ReturnType<typeof setTimeout> | undefined
  let close = open()

  function open() {
    return openFeedStream({
      item: (item) => gathered.push(item),
      state(state) {
        store.setConnection(state === 'live' ? 'live' : 'reconnecting', Date.now())
        if (state === 'live' && wasLive) followers.onReopened()
        if (state === 'live') wasLive = true
        if (state !== 'refused') return
        followers.onRefused()
        close()
        reopening = setTimeout(() => {
          close = open()
        }, reopenMs)
      },
    })
  }

  const gathering = setInterval(() => {
    if (gathered.length === 0) return
    const items = gathered
    gathered = []
    store.add(items, Date.now())
    followers.onItems(items)
  }, gatherMs)
  const ticking = setInterval(() => store.tick(Date.now()), tickMs)
  return () => {
    clearInterval(gathering)
    clearInterval(ticking)
    clearTimeout(reopening)
    close()
  }
}
