/** W3C trace context: a thread begins with a webhook and goes on in what follows from it. */
import { randomBytes } from 'node:crypto'

const pool = { bytes: Buffer.alloc(0), at: 0 }

/** Random hex from a pool, since asking the system each time costs more than the rest of a trace. */
function randomHex(bytes: number): string {
  if (pool.at + bytes > pool.bytes.length) {
    pool.bytes = randomBytes(8192)
    pool.at = 0
  }
  pool.at += bytes
  return pool.bytes.toString('hex', pool.at - bytes, pool.at)
}

export function newTrace(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`
}

/** The same trace, another span. */
export function followTrace(traceparent: string): string {
  return `${traceparent.slice(0, 36)}${randomHex(8)}${traceparent.slice(52)}`
}
