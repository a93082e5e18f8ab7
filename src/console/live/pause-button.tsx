/** Holds the list, or lets it go on. */
import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'

interface Props {
  readonly isPaused: boolean
  readonly onPause: () => void
  readonly onResume: () => void
}

export function PauseButton({ isPaused, onPause, onResume }: Props) {
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <Button
      variant="default"
      size="xs"
      w={{ base: 92, sm: 104 }}
      px={8}
      leftSection={<Icon size={14} aria-hidden />}
      onClick={isPaused ? onResume : onPause}
    >
      {isPaused ? 'Resume' : 'Pause'}
    </Button>
  )
}
