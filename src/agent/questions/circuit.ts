/**
 * Stops asking for a while what failed several times in a row, so that nobody waits for it. When the
 * while is over one question goes through to see; all others are spared until it is answered.
 */

export interface Circuit {
  /** True: ask, and then tell `succeeded` or `failed`. False: do without. */
  mayAsk(): boolean
  succeeded(): void
  failed(): void
}

export function createCircuit(
  limits: { failuresMax: number; openMs: number },
  nowMs: () => number = Date.now,
): Circuit {
  let failuresCount = 0
  let opensAgainAtMs = 0
  let isProbing = false
  return {
    mayAsk() {
      if (failuresCount < limits.failuresMax) return true
      if (isProbing || nowMs() < opensAgainAtMs) return false
      isProbing = true
      return true
    },
    succeeded() {
      failuresCount = 0
      isProbing = false
    },
    failed() {
      failuresCount += 1
      isProbing = false
      if (failuresCount >= limits.failuresMax) opensAgainAtMs = nowMs() + limits.openMs
    },
  }
}
