/**
 * The score of the Numenta Anomaly Benchmark, version 1.1, as its sweeper and runner compute it: the
 * first hit in a window counts by how early it is, each false alarm by how far it is from a window.
 */

export interface Profile {
  readonly name: string
  readonly hit: number
  readonly falseAlarm: number
  readonly miss: number
}

export const profiles: readonly Profile[] = [
  { name: 'standard', hit: 1, falseAlarm: 0.11, miss: 1 },
  { name: 'low false positives', hit: 1, falseAlarm: 0.22, miss: 1 },
  { name: 'low false negatives', hit: 1, falseAlarm: 0.11, miss: 2 },
]

/** One file: scores by row, and its windows by first and last row. */
export interface Scored {
  readonly scores: ArrayLike<number>
  readonly windows: readonly (readonly [first: number, last: number])[]
}

const probationRatio = 0.15

/** Rows that are not judged: 15 %, at most 750. */
export function probationRows(rowsCount: number): number {
  return Math.min(Math.floor(probationRatio * rowsCount), probationRatio * 5000)
}

function sigmoid(position: number): number {
  return position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

interface Point {
  readonly score: number
  /** What an alarm here is worth. */
  readonly worth: number
  /** Its window, or -1. */
  readonly window: number
}

/** @param firstWindow the number of the file's first window over all files */
function pointsOf({ scores, windows }: Scored, profile: Profile, firstWindow: number): Point[] {
  const probation = probationRows(scores.length)
  const best = sigmoid(-1)
  const points: Point[] = []
  let next = 0
  let before: { last: number; width: number } | undefined
  for (let row = 0; row < scores.length; row += 1) {
    const window = windows[next]
    const isInside = window !== undefined && row >= window[0]
    let worth: number
    if (isInside) {
      const width = window[1] - window[0] + 1
      worth = (sigmoid(-(window[1] - row + 1) / width) * profile.hit) / best
    } else {
      const position = before === undefined ? 3 : (row - before.last) / (before.width - 1)
      worth = sigmoid(position) * profile.falseAlarm
    }
    if (row >= probation)
      points.push({ score: scores[row]!, worth, window: isInside ? firstWindow + next : -1 })
    if (isInside && row === window[1]) {
      before = { last: row, width: window[1] - window[0] + 1 }
      next += 1
    }
  }
  return points
}

interface Sweep {
  readonly threshold: number
  readonly raw: number
}

/** The raw score at every threshold that changes something, from above all scores down. */
function sweep(files: readonly Scored[], profile: Profile): Sweep[] {
  let windowsCount = 0
  const points = files.flatMap((file) => {
    const own = pointsOf(file, profile, windowsCount)
    windowsCount += file.windows.length
    return own
  })
  points.sort((a, b) => b.score - a.score)
  const byWindow = new Float64Array(windowsCount).fill(Number.NaN)
  let raw = 0
  // Only windows of which some row is judged can be missed.
  for (const { window } of points)
    if (window >= 0 && Number.isNaN(byWindow[window]!)) {
      byWindow[window] = -profile.miss
      raw -= profile.miss
    }
  const found: Sweep[] = []
  let threshold = 1.1
  for (const { score, worth, window } of points) {
    if (score !== threshold) {
      found.push({ threshold, raw })
      threshold = score
    }
    if (window < 0) raw += worth
    else if (worth > byWindow[window]!) {
      raw += worth - byWindow[window]!
      byWindow[window] = worth
    }
  }
  found.push({ threshold, raw })
  return found
}

/** The threshold with the best raw score; of equal ones the highest. */
export function bestThreshold(files: readonly Scored[], profile: Profile): number {
  let best: Sweep = { threshold: 1.1, raw: Number.NEGATIVE_INFINITY }
  for (const one of sweep(files, profile)) if (one.raw > best.raw) best = one
  return best.threshold
}

/** 0 is a detector that never says anything, 100 one that is right at once and always. */
export function nabScore(files: readonly Scored[], profile: Profile, threshold: number): number {
  let raw = 0
  for (const file of files) raw += rawScore(file, profile, threshold)
  return normalised(raw, files, profile)
}

/** Of one file, before it is set against the silent detector. */
export function rawScore(file: Scored, profile: Profile, threshold: number): number {
  let raw = 0
  for (const one of sweep([file], profile)) {
    if (one.threshold < threshold) break
    raw = one.raw
  }
  return raw
}

export function normalised(raw: number, files: readonly Scored[], profile: Profile): number {
  let windowsCount = 0
  for (const { windows } of files) windowsCount += windows.length
  const silent = -profile.miss * windowsCount
  return (100 * (raw - silent)) / (profile.hit * windowsCount - silent)
}
