/**
 * A return that an agent held while the hub was away: decided again with all the hub knows, so that
 * somebody is asked, or the register hears what policy says by now.
 */
import type { Tx } from '../../base/postgres.ts'
import type { EventOf } from '../../retail/event.ts'
import type { EventLog } from '../../stream/log.ts'
import { guardReturns } from '../../workflows/guard-returns/workflow.ts'
import type { FactSource } from '../projections/facts.ts'
import { type GovernDeps, govern } from './govern.ts'

export async function takeHeldReturn(
  tx: Tx,
  deps: GovernDeps,
  log: EventLog,
  factsOf: FactSource,
  { chainId, causationId }: EventOf<'return.answered'>,
): Promise<void> {
  const asked = causationId === undefined ? undefined : await log.byId(chainId, causationId)
  if (asked?.event.type !== 'return.requested') return
  const event = asked.event
  const context = await guardReturns.gather(event, factsOf(tx))
  const drafts = guardReturns.propose(event, context)
  const [governed] = await govern(tx, deps, guardReturns, [{ origin: event, drafts, context }])
  const denied = governed?.find(
    ({ draft, autonomy }) => draft.action === 'return.accept' && autonomy === 'denied',
  )
  if (denied === undefined) return
  const refusal = guardReturns.follow?.(denied.draft, 'refused') ?? []
  await govern(tx, deps, guardReturns, [
    { origin: event, drafts: refusal, context: {}, firstOrdinal: 1000 },
  ])
}
