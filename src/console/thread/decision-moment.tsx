/** What was proposed and why, and what policy made of it. */
import { Code, Group } from '@mantine/core'
import type { ProposalView } from '../../hub/views.ts'
import { Status } from '../base/status.tsx'
import { sayAction } from '../words/actions.ts'
import { autonomies } from '../words/outcome.ts'
import { Details } from './details.tsx'
import { Evidence } from './evidence.tsx'
import { Facts } from './facts.tsx'
import classes from './thread.module.css'

export function DecisionMoment({ proposal }: { proposal: ProposalView }) {
  const { autonomy, decidedBy, workflowTitle, workflow, workflowVersion, models } = proposal
  return (
    <>
      <Group gap="xs">
        <Status {...autonomies[autonomy]} />
      </Group>
      <blockquote className={classes.quote}>{proposal.reason}</blockquote>
      <Evidence evidence={proposal.evidence} />
      <Facts
        facts={[
          ['Asks to', sayAction(proposal).asks],
          ['Confidence', proposal.confidence.toLocaleString(undefined, percent)],
          ['Workflow', `${workflowTitle} (${workflow} version ${workflowVersion})`],
          ['Models', models.join(', ')],
          ['Policies', <Policies key="policies" proposal={proposal} />],
          ['Decided by', decidedBy === 'hub' ? 'the hub' : 'the agent, while the hub was away'],
        ]}
      />
      <Details label="Input of the action" data={proposal.input} />
    </>
  )
}

const percent = { style: 'percent' } as const

function Policies({ proposal: { policyIds, policyHash } }: { proposal: ProposalView }) {
  return (
    <>
      {policyIds.length === 0 ? 'none permits it' : policyIds.join(', ')}{' '}
      <Code title={policyHash}>{policyHash.slice(0, 10)}</Code>
    </>
  )
}
