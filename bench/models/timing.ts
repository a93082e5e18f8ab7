/** How long something takes. */
import { median } from '../parts/statistics.ts'

export interface Timed<Result> {
  readonly result: Result
  /** Median of the runs. */
  readonly seconds: number
}

/** @param runs more than one where the time itself is the figure, after one run to warm up */
export async function timed<Result>(
  work: () => Result | Promise<Result>,
  { runs = 1 } = {},
): Promise<Timed<Result>> {
  const took: number[] = []
  let result = runs > 1 ? await work() : undefined
  for (let run = 0; run < runs; run += 1) {
    const beganAt = performance.now()
    result = await work()
    took.push((performance.now() - beganAt) / 1000)
  }
  return { result: result as Result, seconds: median(took) }
}
