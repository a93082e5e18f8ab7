/** The cache of what the hub answered. Whoever turns out to be signed out is led to the sign-in and back. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { HubFault } from './api.ts'
import type { ConsoleRouter } from './router.tsx'

const retriesMax = 2

export function createConsoleQueryClient(getRouter: () => ConsoleRouter): QueryClient {
  function onError(error: unknown) {
    if (!isSignedOut(error)) return
    const router = getRouter()
    const { pathname, href } = router.state.location
    if (pathname === '/sign-in') return
    // What the last person saw is not for the next one.
    queryClient.clear()
    void router.navigate({ to: '/sign-in', search: { from: href } })
  }
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => isWorthRetrying(error) && failures < retriesMax,
      },
    },
  })
  return queryClient
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof HubFault && error.fault.status === 401
}

/** What the hub refused it refuses again; only silence and its own failures may pass. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof HubFault && (error.fault.status === 0 || error.fault.status >= 500)
}
