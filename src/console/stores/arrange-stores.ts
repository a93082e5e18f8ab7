/** Filters and sorts stores as the address asks. */
import type { StoreView } from '../../hub/views.ts'
import type { StoreOrder, StoresSearch } from './stores-search.ts'

type Key = string | number

const statusOrder = ['offline', 'late', 'never_seen', 'online']

const keysOf: Readonly<Record<StoreOrder, (store: StoreView) => readonly Key[]>> = {
  name: ({ name }) => [name],
  pointOfSale: ({ pointOfSale }) => [pointOfSale ?? ''],
  agent: ({ agent }) => [statusOrder.indexOf(agent?.status ?? 'never_seen')],
  // Amounts of different currencies do not compare; each stands among its own.
  sales: ({ currency, today }) => [currency, today.salesMinor],
  refunds: ({ currency, today }) => [currency, today.refundsMinor],
  approvals: ({ openApprovalsCount }) => [openApprovalsCount],
  outbox: ({ agent }) => [agent?.outboxCount ?? 0],
  deadLetters: ({ agent }) => [agent?.deadLettersCount ?? 0],
}

export function arrangeStores(stores: readonly StoreView[], search: StoresSearch): StoreView[] {
  const { regionId, districtId, sort = 'name', descending } = search
  const sign = descending ? -1 : 1
  const keys = keysOf[sort]
  return stores
    .filter(
      (store) =>
        (regionId === undefined || store.regionId === regionId) &&
        (districtId === undefined || store.districtId === districtId),
    )
    .sort(
      (left, right) =>
        sign * compareKeys(keys(left), keys(right)) || left.name.localeCompare(right.name),
    )
}

function compareKeys(left: readonly Key[], right: readonly Key[]): number {
  for (const [index, key] of left.entries()) {
    const other = right[index] ?? 0
    const difference =
      typeof key === 'number' && typeof other === 'number'
        ? key - other
        : String(key).localeCompare(String(other))
    if (difference !== 0) return difference
  }
  return 0
}
