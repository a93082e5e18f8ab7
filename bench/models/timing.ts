/** How long something takes. */
import { median } from '../parts/statistics.ts'

export interface Timed<Result> {
  readonly result: Result
  /** By the clock, median of the runs. */
  readonly seconds: number
  /** Of all this process's cores together, median: what it costs, even while others are at work. */
  readonly processorSeconds: number
}

/** @param runs more than one where the time itself is the figure, after one run to warm up */
export async function timed<Result>(
  work: () => Result | Promise<Result>,
  { runs = 1 } = {},
): Promise<Timed<Result>> {
  const took: number[] = []
  const used: number[] = []
  let result = runs > 1 ? await work() : undefined
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage()
    const beganAt = performance.now()
    result = await work()
    took.push((performance.now() - beganAt) / 1000)
    const { user, system } = process.cpuUsage(before)
    used.push((user + system) / 1e6)
  }
  return { result: result as Result, seconds: median(took), processorSeconds: median(used) }
}
