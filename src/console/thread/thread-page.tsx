/** A thread on its own page: on a phone, and as an address to send. */
import { IconArrowLeft } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { Page } from '../base/page.tsx'
import { Panel } from '../base/panel.tsx'
import { TextLink } from '../base/text-link.tsx'
import { ThreadView } from './thread-view.tsx'

export function ThreadPage() {
  const { traceId } = useParams({ from: '/shell/threads/$traceId' })
  return (
    <Page title="Thread" says="From the first event to the last outcome.">
      <TextLink to="/" size="sm" w="fit-content">
        <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> Back to the live
        feed
      </TextLink>
      <Panel maw={820} p={{ base: 'sm', sm: 'lg' }}>
        <ThreadView traceId={traceId} />
      </Panel>
    </Page>
  )
}
