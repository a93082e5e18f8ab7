/** Pairs that agree alike in every field are one pattern: of millions of pairs some thousands. */
import type { Pairs } from './block.ts'
import { levelsCount } from './fields.ts'
import type { LinkageTable } from './table.ts'

export interface Patterns {
  readonly count: number
  /** `pattern * fields + field`: its level, -1 where missing. */
  readonly levels: Int8Array
  /** Of each pair. */
  readonly of: Int32Array
}

const branches = levelsCount + 1

/** Compares each pair once; a tree with a branch for each level finds the pattern. */
export function comparePairs(
  table: LinkageTable,
  { count, left, right }: Pick<Pairs, 'count' | 'left' | 'right'>,
): Patterns {
  const { fieldsCount, recordsCount, values } = table
  let tree = new Int32Array(branches * 256)
  let nodes = 1
  const levels: number[] = []
  const of = new Int32Array(count)
  const path = new Int8Array(fieldsCount)
  for (let pair = 0; pair < count; pair += 1) {
    const [one, other] = [left[pair]!, right[pair]!]
    let node = 0
    for (let field = 0; field < fieldsCount; field += 1) {
      const from = field * recordsCount
      const level = table.level(field, values[from + one]!, values[from + other]!)
      path[field] = level
      const branch = node * branches + level + 1
      let next = tree[branch]!
      if (next === 0 && field < fieldsCount - 1) {
        next = nodes
        nodes += 1
        if (nodes * branches > tree.length) tree = doubled(tree)
        tree[branch] = next
      } else if (next === 0) {
        // The last branch holds the pattern's number, from 1.
        next = levels.length / fieldsCount + 1
        levels.push(...path)
        tree[branch] = next
      }
      node = next
    }
    of[pair] = node - 1
  }
  return { count: levels.length / fieldsCount, levels: Int8Array.from(levels), of }
}

function doubled(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2)
  to.set(from)
  return to
}
