/** What became of a proposal, in two or three words and a tone. */
import type { CommandView, FeedItem, ProposalView } from '../../hub/views.ts'

export type Tone = 'good' | 'info' | 'waiting' | 'bad' | 'plain'
export interface Said {
  readonly tone: Tone
  readonly text: string
}

type CommandState = CommandView['state']
type Autonomy = ProposalView['autonomy']
type ApprovalState = NonNullable<ProposalView['approval']>['state']

export const commandStates: Readonly<Record<CommandState, Said>> = {
  queued: { tone: 'info', text: 'queued' },
  delivered: { tone: 'info', text: 'delivered' },
  executed: { tone: 'good', text: 'executed' },
  verified: { tone: 'good', text: 'verified' },
  failed: { tone: 'bad', text: 'failed' },
  expired: { tone: 'bad', text: 'command expired' },
  rolled_back: { tone: 'plain', text: 'rolled back' },
}

export const approvalStates: Readonly<Record<ApprovalState, Said>> = {
  open: { tone: 'waiting', text: 'Waiting for approval' },
  approved: { tone: 'good', text: 'Approved' },
  refused: { tone: 'bad', text: 'Refused' },
  expired: { tone: 'plain', text: 'Approval expired' },
}

export const autonomies: Readonly<Record<Autonomy, Said>> = {
  automatic: { tone: 'good', text: 'Automatic' },
  approval: { tone: 'waiting', text: 'Needs approval' },
  digest: { tone: 'plain', text: 'In the digest' },
  denied: { tone: 'bad', text: 'Denied' },
}

/** "Automatic, verified", "Waiting for approval", "Denied". */
export function sayOutcome(outcome: NonNullable<FeedItem['outcome']>): Said {
  const { autonomy, approvalState, commandState } = outcome
  const decision =
    approvalState === undefined ? autonomies[autonomy] : approvalStates[approvalState]
  if (commandState === undefined) return decision
  const { tone, text } = commandStates[commandState]
  return { tone, text: `${decision.text}, ${text}` }
}
