/** Lets a reader hold the list: by the button, by scrolling down, or by pointing at it. */
import { useEffect, useState } from 'react'
import type { FeedItem } from '../../hub/views.ts'
import { splitPaused } from './merge-feed.ts'

type PauseReason = 'button' | 'scroll' | 'reading'

const shownMax = 100
const scrolledPx = 220

export interface PausedFeed {
  readonly shown: readonly FeedItem[]
  readonly waitingCount: number
  readonly pausedBy: PauseReason | undefined
  pause(reason: PauseReason): void
  /** Without a reason it goes on whatever held it; with one, only when that did. */
  resume(reason?: PauseReason): void
}

export function usePausedFeed(items: readonly FeedItem[]): PausedFeed {
  const [paused, setPaused] = useState<{ by: PauseReason; frozen: readonly FeedItem[] }>()

  function pause(by: PauseReason) {
    setPaused((before) => {
      if (before === undefined) return { by, frozen: items.slice(0, shownMax) }
      // A press holds more firmly than what happened in passing.
      return by === 'button' ? { ...before, by } : before
    })
  }

  function resume(reason?: PauseReason) {
    setPaused((before) => (reason === undefined || before?.by === reason ? undefined : before))
  }

  useEffect(() => {
    function onScroll() {
      if (window.scrollY > scrolledPx) pause('scroll')
      else resume('scroll')
    }
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => window.removeEventListener('scroll', onScroll)
  })

  return { ...splitPaused(items, paused?.frozen, shownMax), pausedBy: paused?.by, pause, resume }
}
