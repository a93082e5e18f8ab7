/** Runs the workflows that the event log drives; their proposals and the position are one transaction. */
import { Fault } from '../../base/fault.ts'
import type { AnyEvent } from '../../retail/event.ts'
import type { Handler } from '../../stream/log.ts'
import { workflows } from '../../workflows/index.ts'
import type { Workflow } from '../../workflows/workflow.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { createFacts } from '../projections/facts.ts'
import { type GovernDeps, govern } from './govern.ts'

export const workflowsGroup = 'workflows'

export function createRunner(deps: GovernDeps, organisation: Organisation): Handler {
  const streamed = (workflows as readonly unknown[] as readonly Workflow<never, unknown>[]).filter(
    ({ mode }) => mode === 'stream',
  )
  return async ({ tx, events, chainId, signal }) => {
    const facts = createFacts(tx, chainId, organisation)
    for (const { event } of latestPerKey(events.map(({ event }) => event))) {
      if (signal.aborted) throw new Fault('not_ready', { why: 'the consumer stops' })
      for (const workflow of streamed) {
        if (workflow.on !== event.type) continue
        const context = await workflow.gather(event as never, facts)
        const drafts = workflow.propose(event as never, context)
        if (drafts.length > 0) await govern(tx, deps, workflow, event, drafts, context)
      }
    }
  }
}

/** A level told twice in one delivery only counts as it is last; all else is passed on as it is. */
function latestPerKey(events: readonly AnyEvent[]): { event: AnyEvent }[] {
  const latest = new Map<string, AnyEvent>()
  for (const event of events)
    latest.set(
      event.type === 'inventory.changed' ? `${event.storeId}/${event.data.sku}` : event.id,
      event,
    )
  return [...latest.values()].map((event) => ({ event }))
}
