/** Runs the workflows that the event log drives; their proposals and the position are one transaction. */
import { Fault } from '../../base/fault.ts'
import type { AnyEvent } from '../../retail/event.ts'
import type { EventType } from '../../retail/events.ts'
import type { Handler } from '../../stream/log.ts'
import { workflows } from '../../workflows/index.ts'
import type { Workflow } from '../../workflows/workflow.ts'
import type { FactSource } from '../projections/facts.ts'
import { type GovernDeps, govern } from './govern.ts'

export const workflowsGroup = 'workflows'

const streamed = (workflows as readonly unknown[] as readonly Workflow<never, unknown>[]).filter(
  ({ mode }) => mode === 'stream',
)
/** What the streamed workflows run on. */
export const streamedTypes: readonly EventType[] = streamed.map(({ on }) => on)

export function createRunner(deps: GovernDeps, factsOf: FactSource): Handler {
  return async ({ tx, events, signal }) => {
    const facts = factsOf(tx)
    const told = latestPerKey(events.map(({ event }) => event))
    for (const workflow of streamed) {
      const mine = told.filter(({ type }) => type === workflow.on)
      // All at once, so that their questions to the projections become few queries.
      const contexts = await Promise.all(
        mine.map((event) => workflow.gather(event as never, facts)),
      )
      if (signal.aborted) throw new Fault('not_ready', { why: 'the consumer stops' })
      const matters = mine.map((event, index) => {
        const context = contexts[index]
        return { origin: event, drafts: workflow.propose(event as never, context), context }
      })
      await govern(tx, deps, workflow, matters)
    }
  }
}

/** A level told twice in one delivery only counts as it is last; all else is passed on as it is. */
function latestPerKey(events: readonly AnyEvent[]): AnyEvent[] {
  const latest = new Map<string, AnyEvent>()
  for (const event of events)
    latest.set(
      event.type === 'inventory.changed' ? `${event.storeId}/${event.data.sku}` : event.id,
      event,
    )
  return [...latest.values()]
}
