/** One thread: its moments in order, then its entries in the ledger. */
import { Code, Group, Stack, Text, Timeline } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { FaultAlert } from '../base/fault-alert.tsx'
import { Loading } from '../base/loading.tsx'
import { TextLink } from '../base/text-link.tsx'
import { useStoresById } from '../live/use-store.ts'
import { threadQuery } from '../queries.ts'
import { LedgerEntries } from './ledger-entries.tsx'
import { MomentBody } from './moment-body.tsx'
import { sayMoment } from './say-moment.ts'
import { timelineOf } from './timeline.ts'

export function ThreadView({ traceId, withLink }: { traceId: string; withLink?: boolean }) {
  const { data, error, isPending, refetch } = useQuery(threadQuery(traceId))
  const stores = useStoresById()
  if (isPending) return <Loading what="the thread" rows={4} height={90} />
  if (data === undefined)
    return (
      <FaultAlert
        error={error}
        title="The thread could not be read"
        onRetry={() => void refetch()}
      />
    )
  const storeId = data.events[0]?.storeId ?? data.proposals[0]?.storeId ?? ''
  const zone = stores.get(storeId)?.timeZone
  const moments = timelineOf(data)
  return (
    <Stack gap="lg">
      <Group gap="xs" justify="space-between">
        <Text size="sm" c="dimmed">
          {data.events[0]?.storeName ?? data.proposals[0]?.storeName}, region {data.regionId}
        </Text>
        {withLink && (
          <TextLink to="/threads/$traceId" params={{ traceId }} size="sm">
            Open as a page
          </TextLink>
        )}
      </Group>
      <Timeline
        bulletSize={28}
        lineWidth={2}
        active={moments.length}
        color="pine.8"
        role="list"
        aria-label="What happened, in order"
        styles={{ itemTitle: { lineHeight: 1.3 } }}
      >
        {moments.map((moment) => {
          const { title, icon: Icon } = sayMoment(moment)
          return (
            <Timeline.Item
              key={moment.key}
              role="listitem"
              bullet={<Icon size={15} aria-hidden />}
              title={title}
            >
              <MomentBody moment={moment} zone={zone} />
            </Timeline.Item>
          )
        })}
      </Timeline>
      <LedgerEntries entries={data.ledger} zone={zone} />
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        Trace <Code>{traceId}</Code>
      </Text>
    </Stack>
  )
}
