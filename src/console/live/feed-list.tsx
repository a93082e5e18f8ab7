/** The rows. Arrow keys go from one to the next; Enter or a click opens the thread. */
import { type KeyboardEvent, useCallback, useRef } from 'react'
import type { FeedItem } from '../../hub/views.ts'
import classes from './feed.module.css'
import { FeedRow } from './feed-row.tsx'
import { useStoresById } from './use-store.ts'

interface Props {
  readonly items: readonly FeedItem[]
  readonly openTraceId: string | undefined
  readonly onOpen: (traceId: string) => void
  readonly onReading: () => void
  readonly onRead: () => void
}

export function FeedList({ items, openTraceId, onOpen, onReading, onRead }: Props) {
  const stores = useStoresById()
  // Rows are drawn again only when they change, so what they call must stay the same.
  const latestOnOpen = useRef(onOpen)
  latestOnOpen.current = onOpen
  const open = useCallback((traceId: string) => latestOnOpen.current(traceId), [])
  return (
    <ol
      className={classes.list}
      aria-label="Events, newest first"
      onKeyDown={moveFocus}
      onPointerEnter={({ pointerType }) => pointerType === 'mouse' && onReading()}
      onPointerLeave={onRead}
    >
      {items.map((item) => (
        <FeedRow
          key={item.event.eventId}
          item={item}
          zone={stores.get(item.event.storeId)?.timeZone}
          isOpen={item.traceId === openTraceId}
          onOpen={open}
        />
      ))}
    </ol>
  )
}

function moveFocus(event: KeyboardEvent<HTMLOListElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const rows = [...event.currentTarget.querySelectorAll('a')]
  const current = rows.indexOf(document.activeElement as HTMLAnchorElement)
  const next = rows[current + step]
  if (current === -1 || next === undefined) return
  event.preventDefault()
  next.focus()
}
