/** Every store this person may see: its agent, its day, and what its point of sale can do. */
import { IconBuildingStore } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Empty } from '../base/empty.tsx'
import { FaultAlert } from '../base/fault-alert.tsx'
import { Loading } from '../base/loading.tsx'
import { Page } from '../base/page.tsx'
import { Panel } from '../base/panel.tsx'
import { useIsPhone } from '../base/use-is-phone.ts'
import { storesQuery } from '../queries.ts'
import { arrangeStores } from './arrange-stores.ts'
import { DeadLetters } from './dead-letters.tsx'
import { StoreCards } from './store-cards.tsx'
import { StoresFilters } from './stores-filters.tsx'
import { StoresTable } from './stores-table.tsx'

export function StoresPage() {
  const search = useSearch({ from: '/shell/stores' })
  const { data, error, isPending, refetch } = useQuery(storesQuery)
  const isPhone = useIsPhone()
  const stores = arrangeStores(data ?? [], search)
  const List = isPhone ? StoreCards : StoresTable
  return (
    <Page
      title="Stores"
      says={data ? `${stores.length} of ${data.length} stores` : 'Your stores'}
      aside={<StoresFilters stores={data ?? []} />}
    >
      {isPending && <Loading what="stores" rows={8} height={48} />}
      {error && (
        <FaultAlert
          error={error}
          title="The stores could not be read"
          onRetry={() => void refetch()}
        />
      )}
      {data && stores.length === 0 && (
        <Panel>
          <Empty
            icon={IconBuildingStore}
            title="No store here"
            says="No store that you may see fits the filters."
          />
        </Panel>
      )}
      {stores.length > 0 && <List stores={stores} />}
      <DeadLetters />
    </Page>
  )
}
