/** Whether the agent of a store is there, and whether it gets through to the point of sale. */
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

const troubles: Readonly<Record<NonNullable<StoreView['connection']>, Said | undefined>> = {
  connected: undefined,
  unreachable: { tone: 'waiting', text: 'Point of sale away' },
  consent_needed: { tone: 'bad', text: 'Consent needed' },
}

export function AgentStatus({ agent, connection }: Pick<StoreView, 'agent' | 'connection'>) {
  if (agent === undefined) return <Status tone="plain" text="No agent" />
  const trouble = agent.status === 'online' && connection ? troubles[connection] : undefined
  return <Status {...(trouble ?? statuses[agent.status])} />
}
