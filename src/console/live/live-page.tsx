/** What happens in the stores, as it happens, and what becomes of it. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../base/page.tsx'
import { useIsPhone } from '../base/use-is-phone.ts'
import { ThreadDrawer } from '../thread/thread-drawer.tsx'
import { Feed } from './feed.tsx'
import classes from './live.module.css'
import { LiveFigures } from './live-figures.tsx'
import { SalesPanel } from './sales-panel.tsx'

export function LivePage() {
  const { thread, ...filters } = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  const isPhone = useIsPhone()

  function openThread(traceId: string) {
    void (isPhone
      ? navigate({ to: '/threads/$traceId', params: { traceId } })
      : navigate({ to: '/', search: { ...filters, thread: traceId }, resetScroll: false }))
  }

  function closeThread() {
    void navigate({ to: '/', search: filters, resetScroll: false })
  }

  return (
    <Page title="Live" says="Every event of every register, and what became of it.">
      <div className={classes.top}>
        <LiveFigures />
        <SalesPanel storeId={filters.storeId} />
      </div>
      <Feed onOpen={openThread} openTraceId={thread} />
      <ThreadDrawer traceId={thread} onClose={closeThread} />
    </Page>
  )
}
