/** Three figures: how busy the chain is, what waits for people, whether its agents are there. */
import { useQuery } from '@tanstack/react-query'
import type { StoreView } from '../../hub/views.ts'
import { storesQuery } from '../queries.ts'
import { useOpenApprovalsCount } from '../shell/use-open-approvals-count.ts'
import { Figure } from './figure.tsx'
import classes from './live.module.css'
import { useLiveFeed } from './live-feed-context.tsx'

export function LiveFigures() {
  const { eventsPerMinute } = useLiveFeed()
  const { data: stores } = useQuery(storesQuery)
  const mine = useOpenApprovalsCount()
  const agents = countAgents(stores ?? [])
  const open = stores?.reduce((sum, { openApprovalsCount }) => sum + openApprovalsCount, 0)
  return (
    <section className={classes.figures} aria-label="Figures">
      <Figure
        label="Events a minute"
        value={eventsPerMinute?.toLocaleString() ?? '–'}
        note={eventsPerMinute === undefined ? 'measuring' : 'last minute'}
      />
      <Figure
        label="Open approvals"
        value={open?.toLocaleString() ?? '–'}
        note={mine === 0 ? 'none for you' : `${mine} for you`}
      />
      <Figure
        label="Agents online"
        value={stores ? `${agents.online} of ${agents.all}` : '–'}
        note={agents.online === agents.all ? 'all there' : `${agents.all - agents.online} away`}
      />
    </section>
  )
}

/** An agent may serve several stores; it counts once. */
function countAgents(stores: readonly StoreView[]): { online: number; all: number } {
  const byId = new Map(stores.flatMap(({ agent }) => (agent ? [[agent.agentId, agent]] : [])))
  const online = [...byId.values()].filter(({ status }) => status === 'online').length
  return { online, all: byId.size }
}
