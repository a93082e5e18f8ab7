/** Who is signed in; known before any page behind the sign-in shows. */
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../queries.ts'

export const useSession = () => useQuery(sessionQuery).data
