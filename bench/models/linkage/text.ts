/** How alike two texts are, for the linkage that reads them. */

/** Jaro's likeness, raised by up to four first letters in common (Winkler 1990): 0 to 1. */
export function jaroWinkler(one: string, other: string): number {
  const jaro = jaroOf(one, other)
  let common = 0
  while (common < 4 && common < one.length && one[common] === other[common]) common += 1
  return jaro + common * 0.1 * (1 - jaro)
}

function jaroOf(one: string, other: string): number {
  if (one === other) return 1
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1)
  const isTaken = new Uint8Array(other.length)
  const mine: string[] = []
  for (let at = 0; at < one.length; at += 1) {
    const last = Math.min(other.length - 1, at + reach)
    for (let place = Math.max(0, at - reach); place <= last; place += 1) {
      if (isTaken[place] === 1 || one[at] !== other[place]) continue
      isTaken[place] = 1
      mine.push(one[at]!)
      break
    }
  }
  if (mine.length === 0) return 0
  const theirs = [...other].filter((_, place) => isTaken[place] === 1)
  const swapped = mine.filter((letter, at) => letter !== theirs[at]).length / 2
  const matched = mine.length
  return (matched / one.length + matched / other.length + (matched - swapped) / matched) / 3
}

/** Letters put in, taken out, changed, or swapped with their neighbour. */
export function editsBetween(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [
    [],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ]
  for (let at = 1; at <= one.length; at += 1) {
    const row = [at]
    for (let place = 1; place <= other.length; place += 1) {
      const same = one[at - 1] === other[place - 1] ? 0 : 1
      let edits = Math.min(last[place]! + 1, row[place - 1]! + 1, last[place - 1]! + same)
      const isSwap =
        at > 1 && place > 1 && one[at - 1] === other[place - 2] && one[at - 2] === other[place - 1]
      if (isSwap) edits = Math.min(edits, before[place - 2]! + 1)
      row.push(edits)
    }
    before = last
    last = row
  }
  return last[other.length]!
}
