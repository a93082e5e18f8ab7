/** Something failed: what the hub says about it, the field it names, and a way to try again. */
import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type FaultView, HubFault } from '../api.ts'

export function faultOf(error: unknown): FaultView {
  if (error instanceof HubFault) return error.fault
  return { code: 'console', status: 0, says: 'This page failed to show what the hub sent.' }
}

interface Props {
  readonly error: unknown
  readonly title: string
  readonly onRetry?: () => void
  readonly onClose?: () => void
}

export function FaultAlert({ error, title, onRetry, onClose }: Props) {
  const { says, field, expected, code } = faultOf(error)
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      title={title}
      icon={<IconAlertTriangle aria-hidden />}
      {...(onClose && { withCloseButton: true, closeButtonLabel: 'Dismiss', onClose })}
      styles={{ root: { background: 'var(--surface)' }, title: { color: 'var(--tone-bad-text)' } }}
    >
      <Text size="sm">{says}</Text>
      {field && (
        <Text size="sm">
          Field <code>{field}</code>
          {expected && `: expected ${expected}`}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        {code}
      </Text>
      {onRetry && (
        <Button size="xs" variant="default" mt="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}
