/** A thread as one line of moments: what happened, what was decided, who agreed, what was done. */
import type { CommandView, EventView, ProposalView, Thread } from '../../hub/views.ts'

type Approval = NonNullable<ProposalView['approval']>

export type Moment = { readonly key: string; readonly at: string } & (
  | { readonly kind: 'event'; readonly event: EventView }
  | { readonly kind: 'decision'; readonly proposal: ProposalView }
  | { readonly kind: 'approval'; readonly proposal: ProposalView; readonly approval: Approval }
  | { readonly kind: 'command'; readonly proposal: ProposalView; readonly command: CommandView }
  | { readonly kind: 'outcome'; readonly proposal: ProposalView; readonly command: CommandView }
)

/** At one instant, a cause stands before its effect. */
const order = ['event', 'decision', 'approval', 'command', 'outcome'] as const

export function timelineOf({ events, proposals }: Thread): Moment[] {
  // A register that waits is answered before its question comes by the log: still it came first.
  const [firstAt] = proposals.map(({ proposedAt }) => proposedAt).sort()
  const moments: Moment[] = events.map((event, index) => ({
    kind: 'event',
    key: event.eventId,
    at:
      index === 0 && firstAt !== undefined && firstAt < event.recordedAt
        ? firstAt
        : event.recordedAt,
    event,
  }))
  for (const proposal of proposals) moments.push(...momentsOf(proposal))
  return moments.sort(
    (left, right) =>
      compare(left.at, right.at) || order.indexOf(left.kind) - order.indexOf(right.kind),
  )
}

function momentsOf(proposal: ProposalView): Moment[] {
  const { proposalId: key, proposedAt: at, approval, command } = proposal
  const moments: Moment[] = [{ kind: 'decision', key, at, proposal }]
  if (approval !== undefined)
    moments.push({
      kind: 'approval',
      key: approval.approvalId,
      at: approval.decidedAt ?? approval.requestedAt,
      proposal,
      approval,
    })
  if (command === undefined) return moments
  const { commandId, issuedAt, changedAt } = command
  moments.push({ kind: 'command', key: commandId, at: issuedAt, proposal, command })
  if (command.state !== 'queued')
    moments.push({ kind: 'outcome', key: `${commandId} outcome`, at: changedAt, proposal, command })
  return moments
}

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)
