/** Who was asked, and what that person answered. */
import { Group } from '@mantine/core'
import type { ApprovalView } from '../../hub/views.ts'
import { Status } from '../base/status.tsx'
import { TextLink } from '../base/text-link.tsx'
import { fullTime } from '../base/time.ts'
import { approvalStates } from '../words/outcome.ts'
import { sayRole } from '../words/roles.ts'
import { Facts } from './facts.tsx'
import classes from './thread.module.css'

interface Props {
  readonly approval: ApprovalView
  readonly zone: string | undefined
}

export function ApprovalMoment({ approval, zone }: Props) {
  const { state, approverRole, requestedAt, decidedAt, decidedBy, reason, expiresAt } = approval
  return (
    <>
      <Group gap="sm">
        <Status {...approvalStates[state]} />
        {state === 'open' && (
          <TextLink to="/approvals" size="sm">
            See what waits for you
          </TextLink>
        )}
      </Group>
      {reason && <blockquote className={classes.quote}>{reason}</blockquote>}
      <Facts
        facts={[
          ['Asked', sayRole(approverRole)],
          ['Asked at', fullTime(requestedAt, zone)],
          ['Decided by', decidedBy],
          ['Decided at', decidedAt && fullTime(decidedAt, zone)],
          ['Expires', state === 'open' ? fullTime(expiresAt, zone) : undefined],
        ]}
      />
    </>
  )
}
