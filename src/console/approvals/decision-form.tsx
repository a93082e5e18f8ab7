/** A reason in the person's own words, or one of the usual ones at a tap. */
import { Button, Chip, Group, Stack, Text, Textarea } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import type { ApprovalDecision, ApprovalItem } from '../../hub/views.ts'
import { useIsPhone } from '../base/use-is-phone.ts'
import { sayAction } from '../words/actions.ts'

interface Props {
  readonly item: ApprovalItem
  readonly decision: ApprovalDecision['decision']
  readonly onCancel: () => void
  readonly onDecide: (reason: string) => void
}

const reasonLengthMin = 3
const reasonLengthMax = 500

export function DecisionForm({ item, decision, onCancel, onDecide }: Props) {
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isPhone = useIsPhone()
  const words = sayAction(item.proposal)
  const isApproval = decision === 'approve'
  const isTooShort = reason.trim().length < reasonLengthMin

  function submit(event?: FormEvent) {
    event?.preventDefault()
    if (isTooShort) setIsTried(true)
    else onDecide(reason.trim())
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text size="sm">
          <strong>{words.asks}</strong>, {item.proposal.storeName}.{' '}
          {isApproval ? words.onApprove : words.onRefuse}
        </Text>
        <Group gap={6} role="group" aria-label="Usual reasons">
          {(isApproval ? words.approveReasons : words.refuseReasons).map((usual) => (
            <Chip
              key={usual}
              size="sm"
              variant="outline"
              checked={reason === usual}
              onChange={() => setReason(usual)}
            >
              {usual}
            </Chip>
          ))}
        </Group>
        <Textarea
          label="Reason"
          description="Kept in the ledger with your name."
          required
          autosize
          minRows={2}
          maxRows={6}
          maxLength={reasonLengthMax}
          // On a phone the keyboard would hide the usual reasons.
          {...(!isPhone && { 'data-autofocus': true })}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          onKeyDown={onKeyDown}
          error={isTried && isTooShort ? `At least ${reasonLengthMin} characters.` : undefined}
        />
        <Group justify="flex-end" gap="xs" grow={isPhone}>
          <Button variant="default" size="md" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" size="md" {...(!isApproval && { color: 'red.9' })}>
            {isApproval ? 'Approve' : 'Refuse'}
          </Button>
        </Group>
        {!isPhone && (
          <Text size="xs" c="dimmed" ta="right">
            Ctrl + Enter sends
          </Text>
        )}
      </Stack>
    </form>
  )
}
