/** The memory behind a value's arrays, which can be moved to another thread instead of copied. */

/** Deeper than a result of arrays in objects in arrays nobody nests. */
const depthMax = 4

export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  collect(value, 0, found)
  return [...found]
}

function collect(value: unknown, depth: number, found: Set<ArrayBuffer>): void {
  if (value === null || typeof value !== 'object' || depth > depthMax) return
  if (value instanceof ArrayBuffer) found.add(value)
  else if (ArrayBuffer.isView(value)) {
    // A small view would take its neighbours along; shared memory is never moved.
    const isWhole = value.byteLength === value.buffer.byteLength
    if (isWhole && value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else for (const inner of Object.values(value)) collect(inner, depth + 1, found)
}
