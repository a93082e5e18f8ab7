/**
 * Clover's rate limits: 16 a second and 5 at once for a token, 50 and 10 for an app. (docs.clover.com,
 * "API usage and rate limits".) A second passes as soon as it has by either clock, so that a
 * simulation that runs fast is not throttled by ours.
 */
export interface Refusal {
  readonly header: string
  readonly value: string
  readonly retryAfterSeconds?: number
}

export interface Limits {
  enter(token: string, appId: string): Refusal | undefined
  leave(token: string, appId: string): void
}

interface Meter {
  count: number
  running: number
  beganRealMs: number
  beganSimulatedMs: number
}

const ofToken = { perSecond: 16, atOnce: 5 } as const
const ofApp = { perSecond: 50, atOnce: 10 } as const
const metersMax = 10_000

export function createLimits(nowMs: () => number): Limits {
  const meters = new Map<string, Meter>()

  function meterOf(name: string): Meter {
    let meter = meters.get(name)
    if (meter === undefined) {
      meter = { count: 0, running: 0, beganRealMs: -1000, beganSimulatedMs: 0 }
      forgetOldest(meters)
      meters.set(name, meter)
    }
    const realMs = performance.now()
    if (realMs - meter.beganRealMs >= 1000 || nowMs() - meter.beganSimulatedMs >= 1000) {
      meter.count = 0
      meter.beganRealMs = realMs
      meter.beganSimulatedMs = nowMs()
    }
    return meter
  }

  return {
    enter(token, appId) {
      const own = meterOf(`token/${token}`)
      const shared = meterOf(`app/${appId}`)
      const refusal = refusalOf(own, shared)
      if (refusal !== undefined) return refusal
      for (const meter of [own, shared]) {
        meter.count += 1
        meter.running += 1
      }
      return undefined
    },
    leave(token, appId) {
      for (const name of [`token/${token}`, `app/${appId}`]) {
        const meter = meters.get(name)
        if (meter !== undefined && meter.running > 0) meter.running -= 1
      }
    },
  }
}

function refusalOf(own: Meter, shared: Meter): Refusal | undefined {
  if (own.count >= ofToken.perSecond)
    return { header: 'X-RateLimit-tokenLimit', value: String(ofToken.perSecond) }
  if (shared.count >= ofApp.perSecond)
    return { header: 'X-RateLimit-crossTokenLimit', value: String(ofApp.perSecond) }
  const retryAfterSeconds = 1
  if (own.running >= ofToken.atOnce)
    return {
      header: 'X-RateLimit-tokenConcurrentLimit',
      value: String(ofToken.atOnce),
      retryAfterSeconds,
    }
  if (shared.running >= ofApp.atOnce)
    return {
      header: 'X-RateLimit-crossTokenConcurrentLimit',
      value: String(ofApp.atOnce),
      retryAfterSeconds,
    }
  return undefined
}

function forgetOldest(meters: Map<string, Meter>): void {
  const oldest = meters.keys().next().value
  if (meters.size >= metersMax && oldest !== undefined) meters.delete(oldest)
}
