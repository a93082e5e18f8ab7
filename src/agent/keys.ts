/** Key files: 32 bytes, raw or in hex or base64. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Fault } from '../base/fault.ts'

/** @throws Fault config_invalid naming `field` */
export function readKeyFile(path: string, field: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new Fault('config_invalid', { field, expected: 'a readable file' }, cause)
  }
  const text = bytes.toString('latin1').trim()
  const key = /^[0-9a-f]{64,}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43,}={0,2}$/.test(text)
      ? Buffer.from(text, 'base64')
      : bytes
  if (key.length < 32) throw new Fault('config_invalid', { field, expected: '32 bytes or more' })
  return key
}

/** Makes the file, readable by its owner alone, where there is none and `mayMake` allows. */
export function readOrMakeKeyFile(path: string, field: string, mayMake: boolean): Buffer {
  if (!existsSync(path) && mayMake)
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  return readKeyFile(path, field).subarray(0, 32)
}
