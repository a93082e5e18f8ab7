/** The open approvals of a recorded hub, and what was decided about them. */
import { Fault } from '../../src/base/fault.ts'
import { ApprovalDecision, type ApprovalItem } from '../../src/hub/views.ts'
import { openApprovals } from './recorded-answers.ts'

export type Refusal = 'conflict' | 'command_expired'

export function createRecordedApprovals() {
  const decisions: (ApprovalDecision & { approvalId: string })[] = []
  let items = openApprovals()
  let hidden = items.slice(0, 0)
  let nextFault: Refusal | undefined
  return {
    decisions,
    items: () => items,
    /** Takes one away unseen, to bring it in later as new. */
    holdBack(approvalId: string) {
      hidden = items.filter(({ approval }) => approval.approvalId === approvalId)
      items = items.filter(({ approval }) => approval.approvalId !== approvalId)
    },
    bringIn() {
      items = [...items, ...hidden]
    },
    refuseNext(code: Refusal) {
      nextFault = code
    },
    decide(approvalId: string, body: unknown): ApprovalItem {
      const decision = ApprovalDecision.parse(body)
      const item = items.find(({ approval }) => approval.approvalId === approvalId)
      const fault = nextFault
      nextFault = undefined
      items = items.filter((other) => other !== item)
      if (fault !== undefined || item === undefined) throw new Fault(fault ?? 'not_found')
      decisions.push({ approvalId, ...decision })
      const state = decision.decision === 'approve' ? 'approved' : 'refused'
      return { ...item, approval: { ...item.approval, state, reason: decision.reason } }
    },
  }
}
