/** One store as a row, with its details below when opened. */
import { ActionIcon, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { StoreView } from '../../hub/views.ts'
import { formatMoney } from '../base/money.ts'
import { sayName } from '../words/events.ts'
import { AgentStatus } from './agent-status.tsx'
import { StoreDetails } from './store-details.tsx'
import classes from './stores.module.css'

export function StoreRow({ store }: { store: StoreView }) {
  const [isOpen, { toggle }] = useDisclosure()
  const { agent, currency, today } = store
  const detailsId = `${store.storeId}-details`
  const Chevron = isOpen ? IconChevronUp : IconChevronDown
  return (
    <>
      <Table.Tr>
        <Table.Th scope="row" fw={600}>
          {store.name}
          <Text size="xs" c="dimmed">
            {store.districtName}, {store.regionId.toUpperCase()}
          </Text>
        </Table.Th>
        <Table.Td>{store.pointOfSale ? sayName(store.pointOfSale) : 'none'}</Table.Td>
        <Table.Td>
          <AgentStatus agent={agent} connection={store.connection} />
        </Table.Td>
        <Table.Td ta="right">
          {formatMoney(today.salesMinor, currency)}
          <Text size="xs" c="dimmed">
            {today.salesCount.toLocaleString()} sales
          </Text>
        </Table.Td>
        <Table.Td ta="right">
          {formatMoney(today.refundsMinor, currency)}
          <Text size="xs" c="dimmed">
            {today.refundsCount.toLocaleString()} refunds
          </Text>
        </Table.Td>
        <Table.Td ta="right" className={store.openApprovalsCount > 0 ? classes.some : undefined}>
          {store.openApprovalsCount}
        </Table.Td>
        <Table.Td ta="right">{agent?.outboxCount ?? '–'}</Table.Td>
        <Table.Td
          ta="right"
          className={(agent?.deadLettersCount ?? 0) > 0 ? classes.some : undefined}
        >
          {agent?.deadLettersCount ?? '–'}
        </Table.Td>
        <Table.Td>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="inherit"
            aria-label={`Details of ${store.name}`}
            aria-expanded={isOpen}
            aria-controls={detailsId}
            onClick={toggle}
          >
            <Chevron size={18} aria-hidden />
          </ActionIcon>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr id={detailsId} className={classes.details ?? ''}>
          <Table.Td colSpan={9}>
            <StoreDetails store={store} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}
