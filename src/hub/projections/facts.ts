/** Answers what workflows ask about the past, from the projections, within one transaction. */
import type { Tx } from '../../base/postgres.ts'
import type { Facts } from '../../workflows/facts.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { createReorderFacts } from './reorder-facts.ts'
import { createReturnFacts } from './return-facts.ts'
import { createStoreFigures } from './store-figures.ts'

/** The facts of a chain in a cell; what it remembers between transactions only moves slowly. */
export type FactSource = (tx: Tx) => Facts

export function createFactSource(organisation: Organisation): FactSource {
  const { chainId } = organisation.chain
  const figuresOf = createStoreFigures(chainId)
  return (tx) => {
    const figures = figuresOf(tx)
    return {
      ...createReturnFacts(tx, chainId, figures),
      ...createReorderFacts(tx, chainId, organisation, figures),
    }
  }
}
