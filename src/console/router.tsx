/** Which address shows which page. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApprovalsPage } from './approvals/approvals-page.tsx'
import { LivePage } from './live/live-page.tsx'
import { liveSearch } from './live/live-search.ts'
import { sessionQuery } from './queries.ts'
import { isSignedOut } from './query-client.ts'
import { SignInPage } from './session/sign-in-page.tsx'
import { signInSearch } from './session/sign-in-search.ts'
import { CannotShow } from './shell/cannot-show.tsx'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'
import { StoresPage } from './stores/stores-page.tsx'
import { storesSearch } from './stores/stores-search.ts'
import { ThreadPage } from './thread/thread-page.tsx'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: CannotShow,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: SignInPage,
})

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery)
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { from: location.href } })
      throw error
    }
  },
})

const live = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: liveSearch,
  component: LivePage,
})
const thread = createRoute({
  getParentRoute: () => shell,
  path: '/threads/$traceId',
  component: ThreadPage,
})
const approvals = createRoute({
  getParentRoute: () => shell,
  path: '/approvals',
  component: ApprovalsPage,
})
const stores = createRoute({
  getParentRoute: () => shell,
  path: '/stores',
  validateSearch: storesSearch,
  component: StoresPage,
})

const routeTree = root.addChildren([signIn, shell.addChildren([live, thread, approvals, stores])])

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, scrollRestoration: true })
}

export type ConsoleRouter = ReturnType<typeof createConsoleRouter>

declare module '@tanstack/react-router' {
  interface Register {
    router: ConsoleRouter
  }
}
