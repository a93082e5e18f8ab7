/** Stops asking for a while what failed several times in a row, so that nobody waits for it. */

export interface Circuit {
  readonly isOpen: boolean
  succeeded(): void
  failed(): void
}

export function createCircuit(limits: { failuresMax: number; openMs: number }): Circuit {
  let failuresCount = 0
  let opensAgainAtMs = 0
  return {
    get isOpen() {
      return Date.now() < opensAgainAtMs
    },
    succeeded() {
      failuresCount = 0
    },
    failed() {
      failuresCount += 1
      if (failuresCount >= limits.failuresMax) opensAgainAtMs = Date.now() + limits.openMs
    },
  }
}
