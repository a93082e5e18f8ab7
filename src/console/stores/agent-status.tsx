/** Whether the agent of a store is there. */
import type { StoreView } from '../../hub/views.ts'
import { Status } from '../base/status.tsx'
import type { Said } from '../words/outcome.ts'

type AgentStatus = NonNullable<StoreView['agent']>['status']

const statuses: Readonly<Record<AgentStatus, Said>> = {
  online: { tone: 'good', text: 'Online' },
  late: { tone: 'waiting', text: 'Late' },
  offline: { tone: 'bad', text: 'Offline' },
  never_seen: { tone: 'plain', text: 'Never seen' },
}

export function AgentStatus({ agent }: Pick<StoreView, 'agent'>) {
  return <Status {...(agent ? statuses[agent.status] : { tone: 'plain', text: 'No agent' })} />
}
