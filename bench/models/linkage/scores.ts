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

/**
 * Links between two files that each hold a person once.
 * @param matches of each record of the first file its place in the second, -1 where none
 */
export function scoreLinks(
  matches: ArrayLike<number>,
  first: readonly string[],
  second: readonly string[],
): Pick<LinkageScores, 'precision' | 'recall' | 'f1'> {
  const inSecond = new Set(second)
  const wanted = first.filter((person) => inSecond.has(person)).length
  let [made, right] = [0, 0]
  for (const [at, person] of first.entries()) {
    const match = matches[at]!
    if (match < 0) continue
    made += 1
    right += second[match] === person ? 1 : 0
  }
  const precision = made === 0 ? 1 : right / made
  const recall = wanted === 0 ? 1 : right / wanted
  return { precision, recall, f1: harmonic(precision, recall) }
}
