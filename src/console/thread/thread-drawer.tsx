/** A thread beside the feed. */
import { Drawer } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ThreadView } from './thread-view.tsx'

interface Props {
  readonly traceId: string | undefined
  readonly onClose: () => void
}

export function ThreadDrawer({ traceId, onClose }: Props) {
  // The last thread stays visible while the drawer slides away.
  const [last, setLast] = useState(traceId)
  useEffect(() => {
    if (traceId !== undefined) setLast(traceId)
  }, [traceId])
  return (
    <Drawer
      opened={traceId !== undefined}
      onClose={onClose}
      position="right"
      size={620}
      title="Thread"
      closeButtonProps={{ 'aria-label': 'Close the thread' }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      styles={{
        title: { fontWeight: 650 },
        content: { background: 'var(--surface)' },
        header: { background: 'var(--surface)' },
      }}
    >
      {(traceId ?? last) !== undefined && <ThreadView traceId={traceId ?? last ?? ''} withLink />}
    </Drawer>
  )
}
