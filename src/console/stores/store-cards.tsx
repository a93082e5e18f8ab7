/** The stores one below the other, for a narrow screen. */
import { Group, Stack, Text, Title } from '@mantine/core'
import type { StoreView } from '../../hub/views.ts'
import { formatMoney } from '../base/money.ts'
import { Panel } from '../base/panel.tsx'
import { Facts } from '../thread/facts.tsx'
import { sayName } from '../words/events.ts'
import { AgentStatus } from './agent-status.tsx'
import { StoreDetails } from './store-details.tsx'
import classes from './stores.module.css'

export function StoreCards({ stores }: { stores: readonly StoreView[] }) {
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
      {stores.map((store) => (
        <li key={store.storeId}>
          <StoreCard store={store} />
        </li>
      ))}
    </Stack>
  )
}

function StoreCard({ store }: { store: StoreView }) {
  const { agent, currency, today, openApprovalsCount } = store
  const isBusy = (agent?.outboxCount ?? 0) + (agent?.deadLettersCount ?? 0) > 0
  return (
    <Panel p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={6}>
        <div>
          <Title order={2} size="h5">
            {store.name}
          </Title>
          <Text size="xs" c="dimmed">
            {store.districtName}, {store.regionId.toUpperCase()}
          </Text>
        </div>
        <AgentStatus agent={agent} connection={store.connection} />
      </Group>
      <Facts
        facts={[
          ['Sales today', `${formatMoney(today.salesMinor, currency)} (${today.salesCount})`],
          ['Refunds today', `${formatMoney(today.refundsMinor, currency)} (${today.refundsCount})`],
          ['Approvals', openApprovalsCount > 0 ? `${openApprovalsCount} open` : undefined],
          ['Outbox', isBusy ? `${agent?.outboxCount ?? 0} to send` : undefined],
          ['Dead letters', isBusy ? `${agent?.deadLettersCount ?? 0}` : undefined],
          ['Point of sale', store.pointOfSale ? sayName(store.pointOfSale) : 'none'],
        ]}
      />
      <details className={classes.more}>
        <summary>What it can do, and its agent</summary>
        <StoreDetails store={store} />
      </details>
    </Panel>
  )
}
