/** Says, politely and on every page, that something new waits for this person. */
import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { approvalsQuery } from '../queries.ts'
import { sayAction } from '../words/actions.ts'

export function ApprovalsAnnouncer() {
  const { data } = useQuery(approvalsQuery)
  const known = useRef<ReadonlySet<string> | undefined>(undefined)
  const [says, setSays] = useState('')
  useEffect(() => {
    if (data === undefined) return
    const seen = known.current
    known.current = new Set(data.map(({ approval }) => approval.approvalId))
    const fresh = seen && data.filter(({ approval }) => !seen.has(approval.approvalId))
    const first = fresh?.[0]
    if (fresh === undefined || first === undefined) return
    const { proposal } = first
    setSays(
      fresh.length === 1
        ? `New approval: ${sayAction(proposal).asks}, ${proposal.storeName}.`
        : `${fresh.length} new approvals.`,
    )
  }, [data])
  return (
    <VisuallyHidden role="log" aria-live="polite" aria-label="New approvals">
      {says}
    </VisuallyHidden>
  )
}
