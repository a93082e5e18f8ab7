/**
 * Shopify charges by cost: an object 1 point, a connection 2 and as many of its nodes as are asked
 * for, a mutation 10; scalars nothing. What was not found is given back. A bucket per shop refills
 * by the second (figures of a Plus shop). The real weights are lower for long pages.
 */
import {
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'

export const costMax = 1000

export interface Plan {
  readonly maximumAvailable: number
  readonly restoreRate: number
}

export type Variables = Readonly<Record<string, unknown>>

export function requestedCost(
  root: GraphQLObjectType,
  selection: SelectionSetNode,
  variables: Variables,
): number {
  let cost = 0
  for (const node of selection.selections) {
    if (node.kind !== 'Field' || isLeftOut(node, variables)) continue
    const field = root.getFields()[node.name.value]
    if (field === undefined || node.selectionSet === undefined) continue
    const type = getNamedType(field.type)
    if (!isCompositeType(type) || !isObjectType(type)) {
      cost += 1
      continue
    }
    const inner = requestedCost(type, node.selectionSet, variables)
    const size = sizeOf(node, variables)
    const nullable = isNonNullType(field.type) ? field.type.ofType : field.type
    if (type.name.endsWith('Connection')) cost += 2 + (size ?? 50) * inner
    else if (type.name === 'PageInfo') cost += 0
    else cost += (isListType(nullable) ? (size ?? 1) : 1) * (1 + inner)
  }
  return root.name === 'Mutation' ? cost + 10 : cost
}

function isLeftOut(node: FieldNode, variables: Variables): boolean {
  const include = node.directives?.find(({ name }) => name.value === 'include')
  const value = include?.arguments?.[0]?.value
  return value?.kind === 'Variable' && variables[value.name.value] === false
}

function sizeOf(node: FieldNode, variables: Variables): number | undefined {
  const first = node.arguments?.find(({ name }) => name.value === 'first')?.value
  if (first?.kind === 'IntValue') return Number(first.value)
  if (first?.kind === 'Variable') return Number(variables[first.name.value])
  return undefined
}

/** The objects that are in an answer. */
export function actualCost(data: unknown): number {
  if (Array.isArray(data)) return data.reduce((sum: number, item) => sum + actualCost(item), 0)
  if (data === null || typeof data !== 'object') return 0
  return Object.values(data).reduce((sum: number, item) => sum + actualCost(item), 1)
}

/** Goes by the real clock, as the agent's waiting does. */
export function createBucket(plan: Plan, realNowMs: () => number) {
  let available = plan.maximumAvailable
  let filledMs = realNowMs()
  const refill = (): void => {
    const nowMs = realNowMs()
    const restored = ((nowMs - filledMs) / 1000) * plan.restoreRate
    available = Math.min(plan.maximumAvailable, available + restored)
    filledMs = nowMs
  }
  return {
    canPay(cost: number): boolean {
      refill()
      return available >= cost
    },
    charge(cost: number): void {
      available -= cost
    },
    status: () => ({
      maximumAvailable: plan.maximumAvailable,
      currentlyAvailable: Math.max(0, Math.floor(available)),
      restoreRate: plan.restoreRate,
    }),
  }
}
export type Bucket = ReturnType<typeof createBucket>
