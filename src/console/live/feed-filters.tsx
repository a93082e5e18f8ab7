/** Which events are listed; kept in the address, so that a view can be sent to somebody. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { storesQuery } from '../queries.ts'
import { eventGroupNames, eventGroups } from '../words/events.ts'
import classes from './feed.module.css'
import { liveSearch } from './live-search.ts'

const groups = eventGroupNames.map((value) => ({ value, label: eventGroups[value].label }))

export function FeedFilters() {
  const { type, storeId, thread } = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  const { data: stores } = useQuery(storesQuery)

  function filter(newType: string | null | undefined, newStore: string | null | undefined) {
    const search = liveSearch({ type: newType, storeId: newStore, thread })
    void navigate({ to: '/', search, resetScroll: false })
  }

  return (
    <div className={classes.filters}>
      <Select
        size="xs"
        aria-label="Kind of event"
        placeholder="All events"
        data={groups}
        value={type ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Show all events' }}
        onChange={(value) => filter(value, storeId)}
      />
      <Select
        size="xs"
        aria-label="Store"
        placeholder="All stores"
        data={(stores ?? []).map(({ storeId: value, name: label }) => ({ value, label }))}
        value={storeId ?? null}
        clearable
        searchable
        clearButtonProps={{ 'aria-label': 'Show all stores' }}
        nothingFoundMessage="No such store"
        onChange={(value) => filter(type, value)}
      />
    </div>
  )
}
