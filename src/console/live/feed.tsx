/** The list of events with its filters, live until somebody reads. */
import { Button, Group, Text, Title } from '@mantine/core'
import { IconArrowUp, IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Empty } from '../base/empty.tsx'
import { FaultAlert } from '../base/fault-alert.tsx'
import { Loading } from '../base/loading.tsx'
import { Panel } from '../base/panel.tsx'
import { feedQuery } from '../queries.ts'
import { eventGroups } from '../words/events.ts'
import classes from './feed.module.css'
import { FeedFilters } from './feed-filters.tsx'
import { FeedList } from './feed-list.tsx'
import { useLiveFeed } from './live-feed-context.tsx'
import { mergeFeed } from './merge-feed.ts'
import { PauseButton } from './pause-button.tsx'
import { usePausedFeed } from './use-paused-feed.ts'

interface Props {
  readonly onOpen: (traceId: string) => void
  readonly openTraceId: string | undefined
}

export function Feed({ onOpen, openTraceId }: Props) {
  const { type, storeId } = useSearch({ from: '/shell/' })
  // A list held under one filter means nothing under another.
  return <FilteredFeed key={`${type} ${storeId}`} onOpen={onOpen} openTraceId={openTraceId} />
}

function FilteredFeed({ onOpen, openTraceId }: Props) {
  const { items, query } = useFeedItems()
  const { shown, waitingCount, pausedBy, pause, resume } = usePausedFeed(items)

  function showNewest() {
    window.scrollTo({ top: 0 })
    resume()
  }

  return (
    <Panel labelledBy="feed-title" p={0}>
      <Group className={classes.head ?? ''} justify="space-between" gap="xs">
        <Title order={2} size="h6" id="feed-title">
          Events
        </Title>
        <Group gap="xs" className={classes.controls ?? ''}>
          <FeedFilters />
          <PauseButton
            isPaused={pausedBy === 'button' || pausedBy === 'scroll'}
            onPause={() => pause('button')}
            onResume={showNewest}
          />
        </Group>
      </Group>
      {query.error && (
        <FaultAlert
          error={query.error}
          title="The feed could not be read"
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <Loading what="events" rows={8} height={44} />}
      {pausedBy !== undefined && waitingCount > 0 && (
        <div className={classes.waiting}>
          <Button
            size="xs"
            radius="xl"
            leftSection={<IconArrowUp size={14} aria-hidden />}
            onClick={showNewest}
          >
            {waitingCount} new {waitingCount === 1 ? 'event' : 'events'}
          </Button>
        </div>
      )}
      {query.isSuccess && shown.length === 0 ? (
        <Empty
          icon={IconInbox}
          title="No events here yet"
          says="As soon as a register in your stores does something that fits the filters, it shows."
        />
      ) : (
        <FeedList
          items={shown}
          openTraceId={openTraceId}
          onOpen={onOpen}
          onReading={() => pause('reading')}
          onRead={() => resume('reading')}
        />
      )}
      <Text size="xs" c="dimmed" px="md" py="xs">
        Times are those of the store. {pausedBy ? says[pausedBy] : 'New events come in on top.'}
      </Text>
    </Panel>
  )
}

const says = {
  button: 'The list is paused.',
  scroll: 'The list stands still while you are below its top.',
  reading: 'The list stands still while you point at it.',
} as const

function useFeedItems() {
  const { type, storeId } = useSearch({ from: '/shell/' })
  const types: readonly string[] = type === undefined ? noTypes : eventGroups[type].types
  const query = useQuery(feedQuery(types, storeId))
  const { received } = useLiveFeed()
  const { data, dataUpdatedAt } = query
  const items = useMemo(() => {
    const fitting = received.filter(
      ({ item: { event } }) =>
        (types.length === 0 || types.includes(event.type)) &&
        (storeId === undefined || event.storeId === storeId),
    )
    return mergeFeed(data ?? [], dataUpdatedAt, fitting)
  }, [received, data, dataUpdatedAt, types, storeId])
  return { items, query }
}

const noTypes: readonly string[] = []
