/** Association rules, exact and complete: sets of items that are bought together, level by level (Apriori). */
import { Fault } from '../../base/fault.ts'
import { checkBaskets } from './baskets.ts'

export interface Rule {
  readonly given: readonly number[]
  readonly follows: number
  readonly supportRatio: number
  readonly confidenceRatio: number
  /** How many times likelier than without the given. */
  readonly lift: number
}

export interface RuleLimits {
  readonly supportRatio: number
  readonly confidenceRatio: number
  /** Items of a rule, both sides: 2 or more. */
  readonly itemsMin?: number
  readonly itemsMax?: number
}

const setsMax = 5_000_000

/** Every rule with one item on its right side; highest lift first. @throws Fault */
export function findRules(
  baskets: readonly (readonly number[])[],
  itemsCount: number,
  { supportRatio, confidenceRatio, itemsMin = 2, itemsMax = 10 }: RuleLimits,
): Rule[] {
  checkBaskets(baskets, itemsCount)
  for (const [field, value] of Object.entries({ supportRatio, confidenceRatio }))
    if (!(value > 0 && value <= 1))
      throw new Fault('model_input_malformed', { field, expected: 'above 0, up to 1' })
  const total = baskets.length
  const counts = frequentSets(baskets, supportRatio * total - 1e-9, itemsMax)
  const rules: Rule[] = []
  for (const [key, count] of counts) {
    const items = key.split(',').map(Number)
    if (items.length < Math.max(2, itemsMin)) continue
    for (const [at, follows] of items.entries()) {
      const given = items.toSpliced(at, 1)
      const confidence = count / counts.get(given.join())!
      if (confidence < confidenceRatio - 1e-12) continue
      const lift = (confidence * total) / counts.get(String(follows))!
      rules.push({ given, follows, supportRatio: count / total, confidenceRatio: confidence, lift })
    }
  }
  return rules.sort((left, right) => right.lift - left.lift || left.follows - right.follows)
}

/** Sets by their sorted items, with the baskets that hold them; each set grows from its first items. */
function frequentSets(baskets: readonly (readonly number[])[], least: number, itemsMax: number) {
  const holders = new Map<number, number[]>()
  for (const [at, basket] of baskets.entries())
    for (const item of new Set(basket)) {
      const own = holders.get(item)
      if (own === undefined) holders.set(item, [at])
      else own.push(at)
    }
  const singles = [...holders]
    .filter(([, list]) => list.length >= least)
    .sort(([left], [right]) => left - right)
  const counts = new Map<string, number>()
  const grow = (prefix: string, depth: number, lists: readonly [number, number[]][]): void => {
    for (const [at, [item, list]] of lists.entries()) {
      const key = prefix === '' ? String(item) : `${prefix},${item}`
      counts.set(key, list.length)
      if (counts.size > setsMax)
        throw new Fault('model_input_malformed', {
          field: 'supportRatio',
          expected: `high enough for at most ${setsMax} sets`,
        })
      if (depth >= itemsMax) continue
      const next = lists
        .slice(at + 1)
        .map(([other, theirs]): [number, number[]] => [other, common(list, theirs)])
        .filter(([, both]) => both.length >= least)
      if (next.length > 0) grow(key, depth + 1, next)
    }
  }
  grow('', 1, singles)
  return counts
}

function common(left: readonly number[], right: readonly number[]): number[] {
  const both: number[] = []
  for (let one = 0, other = 0; one < left.length && other < right.length; ) {
    const difference = left[one]! - right[other]!
    if (difference === 0) both.push(left[one]!)
    if (difference <= 0) one += 1
    if (difference >= 0) other += 1
  }
  return both
}
