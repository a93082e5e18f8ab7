/** Orders of hundreds of thousands of SKU-stores at once, from quantiles of demand. */
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface BulkOrderInput {
  /** One number a SKU-store: fewest units that demand over lead time and review stays within. */
  readonly quantileUnits: ArrayLike<number>
  /** On hand, on order and in transit, less reserved. */
  readonly positionUnits: ArrayLike<number>
  readonly cycleUnits: ArrayLike<number>
  readonly presentationUnits: ArrayLike<number>
  /** Above 0. */
  readonly packUnits: ArrayLike<number>
}

/** As `reviewOrder` without capacity and without leaving out a last pack. @returns units, whole packs */
export function bulkOrders(input: BulkOrderInput): Float64Array {
  const { quantileUnits, positionUnits, cycleUnits, presentationUnits, packUnits } = input
  const count = quantileUnits.length
  for (const [field, values] of Object.entries(input))
    if (values.length !== count) refuse(field, `${count} numbers`)
  const orders = new Float64Array(count)
  for (let at = 0; at < count; at += 1) {
    const pack = packUnits[at]!
    if (!(pack > 0)) refuse(`packUnits, place ${at}`, 'above 0')
    const reorderPoint = Math.max(quantileUnits[at]!, presentationUnits[at]!)
    const position = positionUnits[at]!
    if (position > reorderPoint) continue
    orders[at] = Math.ceil((reorderPoint + cycleUnits[at]! - position) / pack - 1e-9) * pack
  }
  return orders
}
