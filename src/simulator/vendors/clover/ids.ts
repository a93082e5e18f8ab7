/** Clover's ids: 13 upper-case letters and digits (devices: UUIDs), here derived from a key. */
import { hash } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The same parts give the same id, so that nothing needs to be kept to find an object again. */
export function cloverId(...parts: string[]): string {
  const bytes = hash('sha256', parts.join('\u0000'), 'buffer')
  let id = ''
  for (let index = 0; index < 13; index += 1) id += alphabet[(bytes[index] ?? 0) & 31]
  return id
}

export function cloverUuid(...parts: string[]): string {
  const hex = hash('sha256', parts.join('\u0000'), 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The forms that the ids of an account must have. */
export const ids = {
  account: (key: string) => cloverId('app', key),
  store: (key: string) => cloverId('merchant', key),
  register: (key: string) => cloverUuid('device', key),
  employee: (key: string) => cloverId('employee', key),
} as const
