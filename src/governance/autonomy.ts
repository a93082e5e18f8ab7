/** How free a proposal is to become a command. */
import { z } from 'zod'

/** From the least free to the most. */
export const autonomies = ['denied', 'digest', 'approval', 'automatic'] as const

export const Autonomy = z.enum(autonomies)
export type Autonomy = z.infer<typeof Autonomy>

/** The lower of both: what policy gave is capped by whatever else limits it. */
export function lowerAutonomy(left: Autonomy, right: Autonomy): Autonomy {
  return autonomies.indexOf(left) <= autonomies.indexOf(right) ? left : right
}
