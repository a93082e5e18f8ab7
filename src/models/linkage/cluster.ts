/**
 * Pairs into profiles, the surest first: two groups become one only if no rule keeps them apart, the
 * whole stays small enough, and their known pairs speak for it on average.
 */
import { type Apart, checkApart, inOrder } from './order.ts'
import type { Edge } from './score.ts'

export interface ClusterRules {
  readonly bitsMin: number
  readonly clusterMax: number
  readonly groupBitsMin: number
  /** A column for each identity, -1 missing: profiles that differ in one of these are never joined. */
  readonly identities?: readonly Int32Array[]
  /** Pairs that a person has parted: they are never joined again. */
  readonly apart?: Apart
  /** By content, to settle ties alike in any order of the records; left out: by their place. */
  readonly keys?: Float64Array
}

/**
 * @returns of each record the lowest record of its profile
 * @throws Fault model_input_malformed
 */
export function clusterEdges(
  recordsCount: number,
  edges: readonly Edge[],
  rules: ClusterRules,
): Int32Array {
  const groups = new Map<number, Group>()
  const groupOf = Int32Array.from({ length: recordsCount }, (_, record) => record)
  const group = (record: number): Group => {
    const id = groupOf[record]!
    let found = groups.get(id)
    if (found === undefined) {
      found = {
        id,
        members: [id],
        identities: (rules.identities ?? []).map((column) => column[id]!),
        apart: new Set(),
        links: new Map(),
      }
      groups.set(id, found)
    }
    return found
  }
  checkApart(rules.apart ?? [], recordsCount)
  for (const [left, right] of rules.apart ?? []) {
    group(left).apart.add(right)
    group(right).apart.add(left)
  }
  for (const { left, right, bits } of edges) {
    link(group(left), right, bits)
    link(group(right), left, bits)
  }
  const order = inOrder(edges, rules.bitsMin, rules.keys)
  for (const { left, right } of order) {
    const [one, other] = [group(left), group(right)]
    if (one === other || !mayJoin(one, other, rules)) continue
    const [kept, gone] = one.members.length >= other.members.length ? [one, other] : [other, one]
    absorb(kept, gone, groups)
    for (const member of gone.members) groupOf[member] = kept.id
    groups.delete(gone.id)
  }
  const lowest = new Map<number, number>()
  return groupOf.map((id, record) => {
    if (!lowest.has(id)) lowest.set(id, record)
    return lowest.get(id)!
  })
}

interface Group {
  readonly id: number
  readonly members: number[]
  readonly identities: number[]
  readonly apart: Set<number>
  /** By the other group: bits in sum and how many pairs. */
  readonly links: Map<number, { bits: number; count: number }>
}

function link(group: Group, other: number, bits: number): void {
  const known = group.links.get(other)
  if (known === undefined) group.links.set(other, { bits, count: 1 })
  else {
    known.bits += bits
    known.count += 1
  }
}

function mayJoin(one: Group, other: Group, rules: ClusterRules): boolean {
  if (one.members.length + other.members.length > rules.clusterMax) return false
  for (const [at, identity] of one.identities.entries()) {
    const theirs = other.identities[at]!
    if (identity >= 0 && theirs >= 0 && identity !== theirs) return false
  }
  if (one.apart.size > 0 && other.members.some((member) => one.apart.has(member))) return false
  const known = one.links.get(other.id)
  return known === undefined || known.bits / known.count >= rules.groupBitsMin
}

function absorb(kept: Group, gone: Group, groups: Map<number, Group>): void {
  kept.members.push(...gone.members)
  for (const [at, identity] of gone.identities.entries())
    if (kept.identities[at]! < 0) kept.identities[at] = identity
  for (const record of gone.apart) kept.apart.add(record)
  kept.links.delete(gone.id)
  for (const [other, { bits, count }] of gone.links) {
    if (other === kept.id) continue
    const group = groups.get(other)
    if (group === undefined) continue
    group.links.delete(gone.id)
    add(kept.links, other, bits, count)
    add(group.links, kept.id, bits, count)
  }
}

function add(links: Group['links'], other: number, bits: number, count: number): void {
  const known = links.get(other)
  links.set(other, { bits: (known?.bits ?? 0) + bits, count: (known?.count ?? 0) + count })
}
