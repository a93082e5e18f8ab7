/** One proposal that waits: what is asked, why, what either answer does, and how long there is. */
import { Group, Text, Title } from '@mantine/core'
import type { Ref } from 'react'
import type { ApprovalDecision, ApprovalItem } from '../../hub/views.ts'
import { TextLink } from '../base/text-link.tsx'
import { fromNow, fullTime } from '../base/time.ts'
import { useNow } from '../base/use-now.ts'
import { useStore } from '../live/use-store.ts'
import { Evidence } from '../thread/evidence.tsx'
import { sayAction } from '../words/actions.ts'
import { sayRole } from '../words/roles.ts'
import { ApprovalButtons } from './approval-buttons.tsx'
import classes from './approval-card.module.css'

interface Props {
  readonly item: ApprovalItem
  readonly isSelected: boolean
  readonly pending: ApprovalDecision['decision'] | undefined
  readonly cardRef: Ref<HTMLLIElement>
  readonly onSelect: (approvalId: string) => void
  readonly onDecide: (decision: ApprovalDecision['decision'], approvalId: string) => void
}

export function ApprovalCard({ item, isSelected, pending, cardRef, onSelect, onDecide }: Props) {
  const { approval, proposal } = item
  const { approvalId } = approval
  const words = sayAction(proposal)
  const store = useStore(proposal.storeId)
  const support = store?.actions.find(({ action }) => action === proposal.action)
  return (
    <li
      ref={cardRef}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys act on the card that has the focus
      tabIndex={0}
      className={classes.card}
      data-selected={isSelected}
      aria-labelledby={`${approvalId}-asks`}
      onFocus={() => onSelect(approvalId)}
    >
      <CardHead item={item} />
      <Text className={classes.reason ?? ''}>{proposal.reason}</Text>
      {/* The buttons stay within this part: none shows of a card whose question is out of sight. */}
      <div>
        <div className={classes.body}>
          <div>
            <dl className={classes.effects}>
              <dt>If you approve</dt>
              <dd>
                {words.onApprove}
                {support && support.by !== 'vendor_api' && ` ${support.says}`}
              </dd>
              <dt>If you refuse</dt>
              <dd>{words.onRefuse}</dd>
            </dl>
            <Text size="sm" c="dimmed" mt="sm">
              Policy {proposal.policyIds.join(', ')} leaves this to the{' '}
              {sayRole(approval.approverRole).toLowerCase()}. Confidence{' '}
              {proposal.confidence.toLocaleString(undefined, { style: 'percent' })}.
            </Text>
          </div>
          <Evidence evidence={proposal.evidence} />
        </div>
        <Group className={classes.foot ?? ''} justify="space-between" wrap="nowrap">
          <TextLink
            to="/threads/$traceId"
            params={{ traceId: proposal.traceId }}
            size="sm"
            className={classes.link ?? ''}
          >
            Whole thread
          </TextLink>
          <ApprovalButtons
            about={`${words.asks}, ${proposal.storeName}`}
            pending={pending}
            onDecide={(decision) => onDecide(decision, approvalId)}
          />
        </Group>
      </div>
    </li>
  )
}

function CardHead({ item: { approval, proposal } }: Pick<Props, 'item'>) {
  const { approvalId } = approval
  const words = sayAction(proposal)
  const zone = useStore(proposal.storeId)?.timeZone
  const nowMs = useNow(10_000)
  return (
    <div className={classes.head}>
      <div>
        <Title order={2} size="h4" id={`${approvalId}-asks`}>
          {words.asks}
        </Title>
        <Text size="sm" c="dimmed">
          {proposal.storeName} · asked by “{proposal.workflowTitle}”{' '}
          {fromNow(approval.requestedAt, nowMs)}
        </Text>
      </div>
      <Text
        size="sm"
        className={classes.expiry ?? ''}
        data-soon={Date.parse(approval.expiresAt) - nowMs < soonMs}
        title={fullTime(approval.expiresAt, zone)}
      >
        Expires {fromNow(approval.expiresAt, nowMs)}
      </Text>
    </div>
  )
}

const soonMs = 15 * 60_000
