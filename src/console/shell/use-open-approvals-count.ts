/** How many approvals wait for this person. */
import { useQuery } from '@tanstack/react-query'
import { approvalsQuery } from '../queries.ts'

export const useOpenApprovalsCount = () => useQuery(approvalsQuery).data?.length ?? 0
