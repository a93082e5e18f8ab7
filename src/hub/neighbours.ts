/** Which other hubs are there: each says so every two seconds, and one that falls silent has died. */

export const tellEveryMs = 2_000
const silentAfterMs = 5_000

export interface Neighbours {
  heard(hubId: string, nowMs: number): void
  /** It stopped in order: what it had to tell, it has told. */
  left(hubId: string): void
  /** Forgets those that fell silent. @returns whether there were any */
  anyDied(nowMs: number): boolean
}

export function createNeighbours(): Neighbours {
  const heardAt = new Map<string, number>()
  return {
    heard(hubId, nowMs) {
      heardAt.set(hubId, nowMs)
    },
    left(hubId) {
      heardAt.delete(hubId)
    },
    anyDied(nowMs) {
      const dead = [...heardAt].filter(([, atMs]) => nowMs - atMs > silentAfterMs)
      for (const [hubId] of dead) heardAt.delete(hubId)
      return dead.length > 0
    },
  }
}
