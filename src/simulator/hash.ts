/** Choices without a sequence: the same parts always choose the same, in whatever order they are asked. */

/** FNV-1a over the parts, then Murmur's finaliser, so that near keys land far apart. */
export function hash32(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const part of parts) {
    const text = String(part)
    for (let index = 0; index < text.length; index += 1)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ 0x1f, 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Uniform in [0, 1). */
export function unitBy(...parts: readonly (string | number)[]): number {
  return hash32(...parts) / 4294967296
}

/** A whole number in [0, limit). */
export function belowBy(limit: number, ...parts: readonly (string | number)[]): number {
  return Math.floor(unitBy(...parts) * limit)
}

export function pickBy<Item>(items: readonly Item[], ...parts: readonly (string | number)[]): Item {
  const item = items[belowBy(items.length, ...parts)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
