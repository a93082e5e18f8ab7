/** One consumer keeps all projections: a delivery's events, sorted by what they change. */
import type { AnyEvent, EventOf } from '../../retail/event.ts'
import type { EventType } from '../../retail/events.ts'
import type { Handler } from '../../stream/log.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { projectProducts, projectStock } from './goods.ts'
import { projectRefunds, projectSales, projectVoids } from './sales.ts'

export const projectionsGroup = 'projections'
export const projectedTypes = [
  'sale.completed',
  'sale.voided',
  'refund.completed',
  'inventory.changed',
  'product.changed',
] as const satisfies readonly EventType[]

export function createProjections(organisation: Organisation): Handler {
  return async ({ tx, events }) => {
    const told = events.map(({ event }) => event)
    await projectSales(tx, organisation, ofType(told, 'sale.completed'))
    await projectVoids(tx, organisation, ofType(told, 'sale.voided'))
    await projectRefunds(tx, organisation, ofType(told, 'refund.completed'))
    await projectStock(tx, ofType(told, 'inventory.changed'))
    await projectProducts(tx, ofType(told, 'product.changed'))
  }
}

function ofType<Type extends EventType>(events: readonly AnyEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event) => event.type === type) as unknown as EventOf<Type>[]
}
