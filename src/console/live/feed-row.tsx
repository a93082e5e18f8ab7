/** One event: when, what, where, how much, and what became of it. */
import {
  IconArrowBackUp,
  IconBox,
  IconCash,
  IconDeviceDesktop,
  IconReceipt,
  IconSend,
  IconUsers,
} from '@tabler/icons-react'
import { memo } from 'react'
import type { FeedItem } from '../../hub/views.ts'
import { formatMoney } from '../base/money.ts'
import { Status } from '../base/status.tsx'
import { clockTime, fullTime } from '../base/time.ts'
import { amountOf, type EventGroup, groupOf } from '../words/events.ts'
import { sayOutcome } from '../words/outcome.ts'
import classes from './feed.module.css'

const icons: Readonly<Record<EventGroup, typeof IconReceipt>> = {
  sales: IconReceipt,
  returns: IconArrowBackUp,
  stock: IconBox,
  people: IconUsers,
  registers: IconDeviceDesktop,
  commands: IconSend,
}

interface Props {
  readonly item: FeedItem
  readonly zone: string | undefined
  readonly isOpen: boolean
  readonly onOpen: (traceId: string) => void
}

export const FeedRow = memo(function FeedRow({ item, zone, isOpen, onOpen }: Props) {
  const { event, outcome, traceId } = item
  const group = groupOf(event.type)
  const Icon = group === undefined ? IconCash : icons[group]
  const amount = amountOf(event)
  return (
    <li>
      <a
        href={`/threads/${encodeURIComponent(traceId)}`}
        className={classes.row}
        aria-current={isOpen ? 'true' : undefined}
        onClick={(click) => {
          // With a key held, the browser opens the thread as its own page.
          if (click.metaKey || click.ctrlKey || click.shiftKey) return
          click.preventDefault()
          onOpen(traceId)
        }}
      >
        <time
          className={classes.time}
          dateTime={event.occurredAt}
          title={fullTime(event.occurredAt, zone)}
        >
          {clockTime(event.occurredAt, zone)}
        </time>
        <Icon size={18} stroke={1.7} aria-hidden className={classes.icon} />
        <span className={classes.what}>{event.summary}</span>
        <span className={classes.store}>{event.storeName}</span>
        <span className={classes.amount}>
          {amount && formatMoney(amount.minor, amount.currency)}
        </span>
        <span className={classes.outcome}>{outcome && <Status {...sayOutcome(outcome)} />}</span>
      </a>
    </li>
  )
})
