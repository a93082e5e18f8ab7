/** The whole page failed, most often because the hub does not answer. */
import { Container } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { FaultAlert } from '../base/fault-alert.tsx'

export function CannotShow({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <Container size="xs" component="main" py={80}>
      <FaultAlert
        error={error}
        title="The console cannot start"
        onRetry={() => void router.invalidate()}
      />
    </Container>
  )
}
