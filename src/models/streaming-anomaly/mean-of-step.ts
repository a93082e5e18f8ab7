/** A stream is looked at by means of a few values each, taken up one value at a time. */
export interface StepSum {
  /** Values that one mean is of. */
  readonly step: number
  sum: number
  summed: number
}

/** The mean that the value completes; undefined while more are to come. */
export function meanOfStep(memory: StepSum, value: number): number | undefined {
  memory.sum += value
  memory.summed += 1
  if (memory.summed < memory.step) return undefined
  const mean = memory.sum / memory.step
  memory.sum = 0
  memory.summed = 0
  return mean
}
