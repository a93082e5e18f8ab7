/** One tree while it is grown: nodes by number, leaves as `~number`. */

export interface Tree {
  /** Node 0, or ~0 where the tree is one leaf. */
  root: number
  nodesCount: number
  leavesCount: number
  readonly column: Uint16Array
  readonly left: Int32Array
  readonly right: Int32Array
  /** Of numbers: the last bin that goes left. */
  readonly lastBin: Uint8Array
  /** By node and bin of its column, 1 goes left. */
  readonly goesLeft: Uint8Array[]
  readonly gain: Float64Array
  readonly leafValues: Float64Array
  /** Rows of each leaf: what they weigh when values are averaged. */
  readonly leafRows: Float64Array
}

export function emptyTree(leavesMax: number): Tree {
  return {
    root: -1,
    nodesCount: 0,
    leavesCount: 1,
    column: new Uint16Array(leavesMax - 1),
    left: new Int32Array(leavesMax - 1),
    right: new Int32Array(leavesMax - 1),
    lastBin: new Uint8Array(leavesMax - 1),
    goesLeft: [],
    gain: new Float64Array(leavesMax - 1),
    leafValues: new Float64Array(leavesMax),
    leafRows: new Float64Array(leavesMax),
  }
}
