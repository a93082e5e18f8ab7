/** Signatures over exact bytes, compared in constant time. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'

export function hmacSha256(
  key: string | Buffer,
  message: string | Buffer,
  encoding: 'base64' | 'hex',
): string {
  return createHmac('sha256', key).update(message).digest(encoding)
}

/** Equal lengths are compared without an early end; the length itself is not a secret. */
export function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

export function sha256Hex(text: string | Buffer): string {
  return hash('sha256', text, 'hex')
}
