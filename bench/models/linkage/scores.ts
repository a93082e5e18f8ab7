/** How well profiles fit the true ones: over pairs of records, and B-cubed over records. */

export interface LinkageScores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly bCubedF1: number
}

/** @param found,truth of each record any label of its group */
export function scoreProfiles(
  found: ArrayLike<number | string>,
  truth: ArrayLike<number | string>,
): LinkageScores {
  const [inFound, inTruth, inBoth] = [new Map(), new Map(), new Map()] as Map<string, number>[]
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)
  for (let at = 0; at < found.length; at += 1) {
    count(inFound!, String(found[at]))
    count(inTruth!, String(truth[at]))
    count(inBoth!, `${found[at]}\n${truth[at]}`)
  }
  const pairs = (map: Map<string, number>) =>
    [...map.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0)
  const [same, ours, theirs] = [pairs(inBoth!), pairs(inFound!), pairs(inTruth!)]
  let [precise, recalled] = [0, 0]
  for (const [key, size] of inBoth!) {
    const [one = '', other = ''] = key.split('\n')
    precise += (size * size) / inFound!.get(one)!
    recalled += (size * size) / inTruth!.get(other)!
  }
  const precision = ours === 0 ? 1 : same / ours
  const recall = theirs === 0 ? 1 : same / theirs
  return {
    precision,
    recall,
    f1: harmonic(precision, recall),
    bCubedF1: harmonic(precise / found.length, recalled / found.length),
  }
}

function harmonic(one: number, other: number): number {
  return one + other === 0 ? 0 : (2 * one * other) / (one + other)
}
