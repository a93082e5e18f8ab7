/** A join undone: the two records are parted for good, under the rules that the profile was made by. */
import { refuseInput } from '../inputs.ts'
import { type ClusterRules, clusterEdges } from './cluster.ts'
import type { Linked } from './linkage.ts'
import { isRecord } from './order.ts'

export interface Unmerged {
  /** As before but for that profile; keeps the pair apart, and so does every later `unmerge` of it. */
  readonly linked: Linked
  /** Records whose profile is another than before: what consents and suppressions are sent again for. */
  readonly moved: readonly { record: number; before: number; after: number }[]
}

/**
 * Rebuilds the profile that holds both; no other is touched. A later `linkRecords` is told of the
 * pair by `apart`, which `linked.rules.apart` holds.
 * @throws Fault model_input_malformed
 */
export function unmerge(linked: Linked, left: number, right: number): Unmerged {
  const { profiles, edges, rules } = linked
  for (const [field, record] of Object.entries({ left, right }))
    if (!isRecord(record, profiles.length)) refuseInput(field, 'a record')
  if (left === right) refuseInput('right', 'another record')
  const ruled = { ...rules, apart: [...(rules.apart ?? []), [left, right] as const] }
  const after = profiles.slice()
  if (profiles[left] === profiles[right]) {
    const members = membersOf(profiles, profiles[left]!)
    const local = clusterEdges(members.length, ...within(members, edges, ruled))
    for (const [at, record] of members.entries()) after[record] = members[local[at]!]!
  }
  const moved = Array.from(profiles, (before, record) => ({
    record,
    before,
    after: after[record]!,
  })).filter((one) => one.before !== one.after)
  return { linked: { ...linked, profiles: after, rules: ruled }, moved }
}

function membersOf(profiles: Int32Array, profile: number): number[] {
  const members: number[] = []
  for (let record = 0; record < profiles.length; record += 1)
    if (profiles[record] === profile) members.push(record)
  return members
}

/** Edges and rules of some records alone, by their places among them. */
function within(
  members: readonly number[],
  edges: Linked['edges'],
  rules: ClusterRules,
): [Linked['edges'], ClusterRules] {
  const places = new Map(members.map((record, at) => [record, at]))
  const own = edges.flatMap(({ left, right, bits }) => {
    const [one, other] = [places.get(left), places.get(right)]
    return one === undefined || other === undefined ? [] : [{ left: one, right: other, bits }]
  })
  const apart = (rules.apart ?? []).flatMap(([left, right]) => {
    const [one, other] = [places.get(left), places.get(right)]
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })
  const column = (identity: Int32Array) => Int32Array.from(members, (record) => identity[record]!)
  const identities = (rules.identities ?? []).map(column)
  const keys = rules.keys && Float64Array.from(members, (record) => rules.keys![record]!)
  return [own, { ...rules, apart, identities, ...(keys && { keys }) }]
}
