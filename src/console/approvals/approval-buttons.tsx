/** The two answers; while one is being recorded it says so. */
import { Button, Group, Loader, Text } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import type { ApprovalDecision } from '../../hub/views.ts'
import classes from './approval-card.module.css'

interface Props {
  readonly about: string
  readonly pending: ApprovalDecision['decision'] | undefined
  readonly onDecide: (decision: ApprovalDecision['decision']) => void
}

export function ApprovalButtons({ about, pending, onDecide }: Props) {
  if (pending !== undefined)
    return (
      <Group gap="xs" role="status" h={42}>
        <Loader size="xs" aria-hidden />
        <Text size="sm" fw={600}>
          {pending === 'approve' ? 'Approving' : 'Refusing'}, being recorded
        </Text>
      </Group>
    )
  return (
    <div className={classes.buttons}>
      <Button
        size="md"
        variant="default"
        leftSection={<IconX size={18} color="var(--tone-bad-text)" aria-hidden />}
        aria-label={`Refuse: ${about}`}
        onClick={() => onDecide('refuse')}
      >
        Refuse
      </Button>
      <Button
        size="md"
        leftSection={<IconCheck size={18} aria-hidden />}
        aria-label={`Approve: ${about}`}
        onClick={() => onDecide('approve')}
      >
        Approve
      </Button>
    </div>
  )
}
