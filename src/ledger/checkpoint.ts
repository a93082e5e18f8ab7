/**
 * Checkpoints: a signed note (C2SP signed-note, tlog-checkpoint lines) that says how many entries
 * the chain has and in which hash it ends. Kept elsewhere, it proves what was there.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Head } from './chain.ts'

export interface Note extends Head {
  readonly origin: string
}

export function originOf(chainId: string, regionId: string): string {
  return `tillway/${regionId}/${chainId}`
}

const ed25519Type = Buffer.of(1)

/** The note's text; `key` is an Ed25519 private key. */
export function signCheckpoint({ origin, sequence, hash }: Note, key: KeyObject): string {
  const body = `${origin}\n${sequence}\n${Buffer.from(hash, 'hex').toString('base64')}\n`
  const signature = sign(null, Buffer.from(body), key)
  const signed = Buffer.concat([keyId(origin, createPublicKey(key)), signature]).toString('base64')
  return `${body}\n— ${origin} ${signed}\n`
}

/** @returns nothing when it is no checkpoint, or not signed by that key */
export function openCheckpoint(note: string, publicKey: KeyObject): Note | undefined {
  const parts = /^((.+)\n(0|[1-9]\d*)\n([A-Za-z0-9+/]+=*)\n)\n((?:— \S+ \S+\n)+)$/.exec(note)
  const [, body = '', origin = '', size = '', root = '', signatures = ''] = parts ?? []
  const id = keyId(origin, publicKey)
  const isSigned = signatures.split('\n').some((line) => {
    const [, name, text = ''] = line.split(' ')
    const bytes = Buffer.from(text, 'base64')
    return (
      name === origin &&
      bytes.subarray(0, 4).equals(id) &&
      verify(null, Buffer.from(body), publicKey, bytes.subarray(4))
    )
  })
  if (!isSigned) return undefined
  return { origin, sequence: Number(size), hash: Buffer.from(root, 'base64').toString('hex') }
}

function keyId(name: string, publicKey: KeyObject): Buffer {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const parts = [Buffer.from(`${name}\n`), ed25519Type, raw]
  return createHash('sha256').update(Buffer.concat(parts)).digest().subarray(0, 4)
}
