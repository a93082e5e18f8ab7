/**
 * A device's log as columns for trees, in one pass: how often each kind of event came in the last
 * days, and how long ago it came last. What is asked for a time knows that moment and all before it.
 */
import { createSlidingSums, msPerDay } from '../sliding-sums.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface DeviceEvent {
  /** Epoch milliseconds; events of a device come in this order. */
  readonly atMs: number
  readonly device: number | string
  readonly kind: string
}

export interface LogSettings {
  /** Kinds that are counted, such as errors. */
  readonly counted: readonly string[]
  /** Kinds of which only the last time matters, such as replacements. */
  readonly since: readonly string[]
  readonly spansDays: readonly number[]
}

export const spansDefault = [1, 3, 7, 30] as const
const countedMax = 64

export function logFeatures({ counted, since, spansDays }: LogSettings): string[] {
  return [
    ...spansDays.flatMap((days) => [
      `events_${days}d`,
      ...counted.map((kind) => `${kind}_${days}d`),
    ]),
    ...counted.map((kind) => `${kind}_hours_since`),
    ...since.map((kind) => `${kind}_days_since`),
    'since_longest_days',
  ]
}

export interface DeviceLog {
  add(event: DeviceEvent): void
  /** Writes the features in the order of `logFeatures`; NaN where a kind never came. */
  describe(device: DeviceEvent['device'], atMs: number, into: Float32Array): void
}

export function createDeviceLog(settings: LogSettings): DeviceLog {
  const { counted, since, spansDays } = settings
  if (counted.length > countedMax) refuse('counted', `at most ${countedMax} kinds`)
  const places = new Map(counted.map((kind, at) => [kind, at]))
  const known = new Set([...counted, ...since])
  const sums = createSlidingSums<DeviceEvent['device']>(
    spansDays.map((days) => ({ days, delayDays: 0 })),
    counted.length,
  )
  const last = new Map<DeviceEvent['device'], Map<string, number>>()
  return {
    add({ atMs, device, kind }) {
      if (!Number.isFinite(atMs)) refuse('atMs', 'a time')
      if (!known.has(kind)) return
      const own = last.get(device) ?? new Map<string, number>()
      last.set(device, own.set(kind, atMs))
      const place = places.get(kind)
      if (place === undefined) return
      const values = new Float64Array(counted.length)
      values[place] = 1
      sums.add(device, atMs, values)
    },
    describe(device, atMs, into) {
      const lane = sums.at(device, atMs)
      const own = last.get(device)
      const ago = (kind: string, unitMs: number) => (atMs - (own?.get(kind) ?? Number.NaN)) / unitMs
      let at = 0
      for (const value of lane.sums) {
        into[at] = value
        at += 1
      }
      for (const kind of counted) {
        into[at] = ago(kind, 3600_000)
        at += 1
      }
      let longest = Number.NaN
      for (const kind of since) {
        const days = ago(kind, msPerDay)
        into[at] = days
        if (!(days <= longest)) longest = Number.isNaN(days) ? longest : days
        at += 1
      }
      into[at] = longest
    },
  }
}
