/**
 * Keeps the calls of one token within Clover's limits: 16 a second and 5 at once. (docs.clover.com,
 * "API usage and rate limits"; the app's own 50 and 10 are the connector's budget.)
 */
export interface Gate {
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

export function createGate(limits: { perSecond: number; concurrentMax: number }): Gate {
  const startedAtMs: number[] = []
  const waiting: (() => void)[] = []
  let running = 0
  let timer: NodeJS.Timeout | undefined

  function admit(): void {
    const nowMs = performance.now()
    while (startedAtMs[0] !== undefined && nowMs - startedAtMs[0] >= 1000) startedAtMs.shift()
    while (
      waiting.length > 0 &&
      running < limits.concurrentMax &&
      startedAtMs.length < limits.perSecond
    ) {
      startedAtMs.push(nowMs)
      running += 1
      waiting.shift()?.()
    }
    const oldestMs = startedAtMs[0]
    if (waiting.length === 0 || running >= limits.concurrentMax) return
    if (timer !== undefined || oldestMs === undefined) return
    timer = setTimeout(
      () => {
        timer = undefined
        admit()
      },
      Math.max(1, Math.ceil(1000 - (nowMs - oldestMs))),
    )
  }

  return {
    async run(work) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        admit()
      })
      try {
        return await work()
      } finally {
        running -= 1
        admit()
      }
    },
  }
}
