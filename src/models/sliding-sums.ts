/**
 * Counts and sums over sliding spans of time, by key, in one pass over what happens in order: each
 * entry is added once to a span and taken off once, however long the span.
 */

/** Entries in (now - delay - days, now - delay]. */
export interface Span {
  readonly days: number
  readonly delayDays: number
}

export const msPerDay = 24 * 3600_000

/** Entries of one key; those that no span can reach any more are dropped. */
export interface Lane {
  /** Entries dropped so far, so that places stay what they were. */
  dropped: number
  times: number[]
  /** `values[place * measures + measure]` */
  values: number[]
  /** Per span: the first place not yet in it, and the first not yet out of it. */
  readonly entered: Int32Array
  readonly left: Int32Array
  /** Per span: the count, then one sum a measure. */
  readonly sums: Float64Array
}

export interface SlidingSums<Key> {
  /** The key's spans as they stand at a time, which may not be before the last one asked for. */
  at(key: Key, timeMs: number): Lane
  /** An entry; it enters a span once the span has reached it. */
  add(key: Key, timeMs: number, values: ArrayLike<number>): void
  /** Sets one measure of the entry of that time, also in the sums that hold it; false if unknown. */
  amend(key: Key, timeMs: number, measure: number, value: number): boolean
}

/** Between drops a lane may hold so many entries that no span needs. */
const slackCount = 64

export function createSlidingSums<Key>(
  spans: readonly Span[],
  measuresCount: number,
): SlidingSums<Key> {
  const lanes = new Map<Key, Lane>()
  const width = measuresCount + 1
  const entersAfterMs = spans.map(({ delayDays }) => delayDays * msPerDay)
  const leavesAfterMs = spans.map(({ days, delayDays }) => (days + delayDays) * msPerDay)

  function laneOf(key: Key): Lane {
    const known = lanes.get(key)
    if (known !== undefined) return known
    const lane: Lane = {
      dropped: 0,
      times: [],
      values: [],
      entered: new Int32Array(spans.length),
      left: new Int32Array(spans.length),
      sums: new Float64Array(spans.length * width),
    }
    lanes.set(key, lane)
    return lane
  }

  function move({ values, sums }: Lane, span: number, place: number, sign: 1 | -1): void {
    const from = span * width
    sums[from]! += sign
    for (let measure = 0; measure < measuresCount; measure += 1)
      sums[from + 1 + measure]! += sign * values[place * measuresCount + measure]!
  }

  function at(key: Key, timeMs: number): Lane {
    const lane = laneOf(key)
    const { times, entered, left } = lane
    for (let span = 0; span < spans.length; span += 1) {
      let next = entered[span]!
      for (; next < times.length && times[next]! <= timeMs - entersAfterMs[span]!; next += 1)
        move(lane, span, next, 1)
      entered[span] = next
      let last = left[span]!
      for (; last < next && times[last]! <= timeMs - leavesAfterMs[span]!; last += 1)
        move(lane, span, last, -1)
      left[span] = last
    }
    drop(lane, measuresCount)
    return lane
  }

  return {
    at,
    add(key, timeMs, values) {
      const lane = laneOf(key)
      lane.times.push(timeMs)
      for (let measure = 0; measure < measuresCount; measure += 1)
        lane.values.push(values[measure]!)
    },
    amend(key, timeMs, measure, value) {
      const lane = lanes.get(key)
      const place = lane?.times.lastIndexOf(timeMs) ?? -1
      if (lane === undefined || place < 0) return false
      const slot = place * measuresCount + measure
      const change = value - lane.values[slot]!
      lane.values[slot] = value
      for (let span = 0; span < spans.length; span += 1)
        if (place >= lane.left[span]! && place < lane.entered[span]!)
          lane.sums[span * width + 1 + measure]! += change
      return true
    },
  }
}

function drop(lane: Lane, measuresCount: number): void {
  let needless = lane.times.length
  for (const place of lane.left) needless = Math.min(needless, place)
  if (needless < slackCount) return
  lane.times = lane.times.slice(needless)
  lane.values = lane.values.slice(needless * measuresCount)
  lane.dropped += needless
  for (let span = 0; span < lane.left.length; span += 1) {
    lane.left[span]! -= needless
    lane.entered[span]! -= needless
  }
}
