/** Sends a decision. It shows at once as being recorded, and counts only when the hub says so. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { ApprovalDecision, ApprovalItem } from '../../hub/views.ts'
import { decideApproval } from '../api.ts'
import { approvalsQuery } from '../queries.ts'
import { sayAction } from '../words/actions.ts'

export interface DecisionMade extends ApprovalDecision {
  readonly item: ApprovalItem
}

export interface FailedDecision extends DecisionMade {
  readonly error: unknown
}

export function useDecide() {
  const queryClient = useQueryClient()
  const [pending, setPending] = useState<ReadonlyMap<string, ApprovalDecision['decision']>>(
    new Map(),
  )
  const [failed, setFailed] = useState<FailedDecision>()

  const { mutate } = useMutation({
    mutationFn: ({ item, decision, reason }: DecisionMade) =>
      decideApproval(item.approval.approvalId, { decision, reason }),
    onMutate: ({ item, decision }) => {
      setFailed(undefined)
      setPending((before) => new Map(before).set(item.approval.approvalId, decision))
    },
    onSuccess: (_answer, { item, decision }) => {
      const { approvalId } = item.approval
      queryClient.setQueryData(approvalsQuery.queryKey, (items: ApprovalItem[] | undefined) =>
        items?.filter(({ approval }) => approval.approvalId !== approvalId),
      )
      notifications.show({
        color: 'pine.8',
        title: decision === 'approve' ? 'Approved' : 'Refused',
        message: `${sayAction(item.proposal).asks}, ${item.proposal.storeName}`,
      })
    },
    onError: (error, made) => setFailed({ ...made, error }),
    onSettled: async (_answer, _error, { item }) => {
      // Whether it worked or not, what stands now is what the hub says.
      await Promise.all(
        [approvalsQuery.queryKey, ['feed'], ['thread'], ['stores']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      )
      setPending((before) => {
        const after = new Map(before)
        after.delete(item.approval.approvalId)
        return after
      })
    },
  })
  const dismiss = useCallback(() => setFailed(undefined), [])
  return { decide: mutate, pending, failed, dismiss }
}
