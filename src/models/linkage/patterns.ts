/** Pairs that agree alike in every field are one pattern: of millions of pairs some thousands. */
import type { Pairs } from './block.ts'
import { alikeMax, isCrossed, levelsCount } from './fields.ts'
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
  const { fieldsCount } = table
  let tree = new Int32Array(branches * 256)
  let nodes = 1
  const levels: number[] = []
  const of = new Int32Array(count)
  const path = new Int8Array(fieldsCount)
  for (let pair = 0; pair < count; pair += 1) {
    compareInto(path, table, left[pair]!, right[pair]!)
    let node = 0
    for (let field = 0; field < fieldsCount; field += 1) {
      const branch = node * branches + path[field]! + 1
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

/** Levels of one pair in every field, the same whichever record stands left. */
export function compareInto(
  levels: Int8Array,
  table: LinkageTable,
  left: number,
  right: number,
): void {
  const { fieldsCount, recordsCount, values, crossed } = table
  for (let field = 0; field < fieldsCount; field += 1) {
    const from = field * recordsCount
    levels[field] = table.level(field, values[from + left]!, values[from + right]!)
  }
  for (const [one, other] of crossed) {
    if (isAlike(levels[one]!) || isAlike(levels[other]!)) continue
    const [first, second] = [one * recordsCount, other * recordsCount]
    const straight = table.level(one, values[first + left]!, values[second + right]!)
    const back = table.level(one, values[second + left]!, values[first + right]!)
    if (!isAlike(straight) && !isAlike(back)) continue
    levels[one] = isCrossed
    // Where one alone is found across, the other is what it is across: missing or different.
    const rest = isAlike(straight) ? back : straight
    levels[other] = isAlike(rest) ? isCrossed : rest
  }
}

function isAlike(level: number): boolean {
  return level >= 0 && level <= alikeMax
}
