/** Trees as they were grown, put behind each other as a forest. */
import type { ColumnBins } from './bins.ts'
import type { Forest } from './forest.ts'
import type { Loss } from './parameters.ts'
import type { Feature } from './table.ts'
import type { Tree } from './tree.ts'

export function assemble(
  loss: Loss,
  features: readonly Feature[],
  columns: readonly ColumnBins[],
  base: readonly number[],
  trees: readonly Tree[],
): Forest {
  const nodes = trees.reduce((sum, { nodesCount }) => sum + nodesCount, 0)
  const leaves = trees.reduce((sum, { leavesCount }) => sum + leavesCount, 0)
  const forest = {
    loss,
    features: features.map(({ name, kind }, at) => ({
      name,
      kind,
      groupOfCode: columns[at]!.binOfCode,
      gain: 0,
    })),
    base: [...base],
    roots: new Int32Array(trees.length),
    feature: new Uint16Array(nodes),
    threshold: new Float32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    setAt: new Int32Array(nodes).fill(-1),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    nodeValues: new Float64Array(nodes),
    nodeRows: new Float64Array(nodes),
    leafValues: new Float64Array(leaves),
    leafRows: new Float64Array(leaves),
  }
  const sets: number[] = []
  let [node, leaf] = [0, 0]
  for (const [at, tree] of trees.entries()) {
    const shifted = (child: number) => (child < 0 ? child - leaf : child + node)
    forest.roots[at] = shifted(tree.root)
    forest.leafValues.set(tree.leafValues.subarray(0, tree.leavesCount), leaf)
    forest.leafRows.set(tree.leafRows.subarray(0, tree.leavesCount), leaf)
    for (let own = 0; own < tree.nodesCount; own += 1) {
      const place = node + own
      const column = columns[tree.column[own]!]!
      const goesLeft = tree.goesLeft[own]!
      forest.feature[place] = tree.column[own]!
      forest.features[tree.column[own]!]!.gain += tree.gain[own]!
      forest.missingLeft[place] = goesLeft[0]!
      forest.left[place] = shifted(tree.left[own]!)
      forest.right[place] = shifted(tree.right[own]!)
      if (column.kind === 'category') {
        forest.setAt[place] = sets.length
        sets.push(...wordsOf(goesLeft))
      } else forest.threshold[place] = column.edges[tree.lastBin[own]! - 1] ?? Infinity
    }
    node += tree.nodesCount
    leaf += tree.leavesCount
  }
  fillNodes(forest)
  return { ...forest, sets: Int32Array.from(sets) }
}

function wordsOf(goesLeft: Uint8Array): Int32Array {
  const words = new Int32Array(8)
  for (const [group, goes] of goesLeft.entries())
    if (goes === 1) words[group >> 5]! |= 1 << (group & 31)
  return words
}

/** Children come after their parents, so from the last node to the first each finds both ready. */
function fillNodes(forest: Omit<Forest, 'sets'>): void {
  const { left, right, nodeValues, nodeRows, leafValues, leafRows } = forest
  for (let node = left.length - 1; node >= 0; node -= 1) {
    let [total, weighted] = [0, 0]
    for (const child of [left[node]!, right[node]!]) {
      const count = child < 0 ? leafRows[~child]! : nodeRows[child]!
      total += count
      weighted += count * (child < 0 ? leafValues[~child]! : nodeValues[child]!)
    }
    nodeRows[node] = total
    nodeValues[node] = weighted / total
  }
}
