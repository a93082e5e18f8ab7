import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import type { ProposalView, Thread } from '../../hub/views.ts'
import { timelineOf } from './timeline.ts'

const at = (second: number) => `2026-11-20T10:00:0${second}.000Z`

function thread(proposal: Partial<ProposalView>): Thread {
  const event = { eventId: 'event', recordedAt: at(0) } as Thread['events'][number]
  const decided = { proposalId: 'prp_1', proposedAt: at(0), ...proposal } as ProposalView
  return { traceId: 't', regionId: 'eu', events: [event], proposals: [decided], ledger: [] }
}

const approval = { approvalId: 'apr_1', requestedAt: at(0), decidedAt: at(2) } as never
const command = (state: string) =>
  ({ commandId: 'cmd_1', state, issuedAt: at(2), changedAt: at(3) }) as never

const rows = [
  { why: 'denied: nothing follows', proposal: {}, wants: ['event', 'decision'] },
  {
    why: 'at one instant the cause comes first',
    proposal: { approval, command: command('verified') },
    wants: ['event', 'decision', 'approval', 'command', 'outcome'],
  },
  {
    why: 'a question that was answered before it came by the log still comes first',
    proposal: { proposedAt: '2026-11-20T09:59:59.000Z' },
    wants: ['event', 'decision'],
  },
  {
    why: 'a queued command has no outcome yet',
    proposal: { command: command('queued') },
    wants: ['event', 'decision', 'command'],
  },
]
for (const { why, proposal, wants } of rows)
  test(`timeline: ${why}`, () =>
    deepEqual(
      timelineOf(thread(proposal)).map(({ kind }) => kind),
      wants,
    ))
