/** What is read from the hub, under which key, and how often it is read again. */
import { queryOptions } from '@tanstack/react-query'
import type { Thread } from '../hub/views.ts'
import * as api from './api.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: api.getSession,
  staleTime: Number.POSITIVE_INFINITY,
})

export const personasQuery = queryOptions({ queryKey: ['personas'], queryFn: api.getPersonas })

export const storesQuery = queryOptions({
  queryKey: ['stores'],
  queryFn: api.getStores,
  refetchInterval: 10_000,
})

export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: api.getOpenApprovals,
  refetchInterval: 10_000,
})

export const deadLettersQuery = queryOptions({
  queryKey: ['dead_letters'],
  queryFn: api.getDeadLetters,
  // Who may not see them is not asked about again.
  refetchInterval: ({ state }) => (state.error ? false : 30_000),
})

export const feedQuery = (types: readonly string[], storeId: string | undefined) =>
  queryOptions({
    queryKey: ['feed', types.join(), storeId ?? ''],
    queryFn: () => api.getFeed(types, storeId),
    refetchInterval: 15_000,
  })

export const hourlySalesQuery = (hours: number, storeId: string | undefined) =>
  queryOptions({
    queryKey: ['hourly_sales', hours, storeId ?? ''],
    queryFn: () => api.getHourlySales(hours, storeId),
    refetchInterval: 20_000,
  })

export const threadQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['thread', traceId],
    queryFn: () => api.getThread(traceId),
    // Settled threads do not change any more; one under way is followed.
    refetchInterval: ({ state }) => (state.data && isSettled(state.data) ? 30_000 : 3_000),
  })

const finalStates: readonly string[] = ['verified', 'failed', 'expired', 'rolled_back']

function isSettled({ proposals }: Thread): boolean {
  return proposals.every(
    ({ approval, command }) =>
      approval?.state !== 'open' && (command === undefined || finalStates.includes(command.state)),
  )
}
