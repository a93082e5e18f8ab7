/** Encryption at rest with one key: AES-256-GCM, a random nonce each, bound to a name. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { Fault } from '../base/fault.ts'

export interface Seal {
  /** `name` says what is sealed; opening under another name fails, so that rows cannot be swapped. */
  seal(name: string, plain: string | Buffer): Buffer
  /** @throws Fault internal when it was altered, or sealed with another key or name */
  open(name: string, sealed: Uint8Array): Buffer
  /** A keyed fingerprint: tells whether two values are equal, and nothing else. */
  fingerprint(value: string): string
}

const nonceBytes = 12
const tagBytes = 16

/** @param key 32 bytes */
export function createSeal(key: Buffer): Seal {
  if (key.length !== 32)
    throw new Fault('config_invalid', { field: 'vaultKey', expected: '32 bytes' })
  return {
    seal(name, plain) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      const body = cipher.update(plain as Buffer)
      const end = cipher.final()
      return Buffer.concat([nonce, cipher.getAuthTag(), body, end])
    },
    open(name, sealed) {
      const bytes = Buffer.from(sealed)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
          .setAAD(Buffer.from(name))
          .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
        const plain = decipher.update(bytes.subarray(nonceBytes + tagBytes))
        return Buffer.concat([plain, decipher.final()])
      } catch (cause) {
        throw new Fault('internal', { field: name, expected: 'sealed with this key' }, cause)
      }
    },
    fingerprint: (value) =>
      createHmac('sha256', key).update('fingerprint\u0000').update(value).digest('base64url'),
  }
}
