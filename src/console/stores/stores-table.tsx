/** The stores as a table that can be sorted and opened row by row. */
import { Table } from '@mantine/core'
import type { StoreView } from '../../hub/views.ts'
import { Panel } from '../base/panel.tsx'
import { SortHeader } from './sort-header.tsx'
import { StoreRow } from './store-row.tsx'

export function StoresTable({ stores }: { stores: readonly StoreView[] }) {
  return (
    <Panel p={0}>
      <Table.ScrollContainer minWidth={860}>
        <Table
          verticalSpacing={8}
          horizontalSpacing="sm"
          highlightOnHover
          highlightOnHoverColor="var(--hover)"
          tabularNums
        >
          <Table.Thead>
            <Table.Tr>
              <SortHeader by="name" label="Store" />
              <SortHeader by="pointOfSale" label="Point of sale" />
              <SortHeader by="agent" label="Agent" />
              <SortHeader by="sales" label="Sales today" isNumber />
              <SortHeader by="refunds" label="Refunds today" isNumber />
              <SortHeader by="approvals" label="Approvals" isNumber />
              <SortHeader by="outbox" label="Outbox" isNumber />
              <SortHeader by="deadLetters" label="Dead letters" isNumber />
              <Table.Th aria-label="Details" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stores.map((store) => (
              <StoreRow key={store.storeId} store={store} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  )
}
