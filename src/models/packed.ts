/** Arrays of numbers in artifacts: typed arrays in memory, little-endian base64 on the wire. */
import { endianness } from 'node:os'
import { z } from 'zod'

/** 48 MB of base64: 4.5 million doubles. */
const textMax = 48_000_000

interface Kind<Numbers> {
  readonly tag: string
  readonly BYTES: number
  make(buffer: ArrayBuffer): Numbers
}

type Packable = Float64Array | Float32Array | Int32Array | Uint16Array | Uint8Array

/** Schema of a `Float64Array`; `z.encode` gives its text. */
export const float64s = codec({
  tag: 'f64',
  BYTES: 8,
  make: (bytes): Float64Array => new Float64Array(bytes),
})
export const float32s = codec({
  tag: 'f32',
  BYTES: 4,
  make: (bytes): Float32Array => new Float32Array(bytes),
})
export const int32s = codec({
  tag: 'i32',
  BYTES: 4,
  make: (bytes): Int32Array => new Int32Array(bytes),
})
export const uint16s = codec({
  tag: 'u16',
  BYTES: 2,
  make: (bytes): Uint16Array => new Uint16Array(bytes),
})
export const uint8s = codec({
  tag: 'u8',
  BYTES: 1,
  make: (bytes): Uint8Array => new Uint8Array(bytes),
})

function codec<Numbers extends Packable>(kind: Kind<Numbers>) {
  const { tag } = kind
  const Type = kind.make(new ArrayBuffer(0)).constructor as new () => Numbers
  return z.codec(z.string().max(textMax).startsWith(`${tag}:`), z.instanceof(Type), {
    decode: (text, context) => {
      const base64 = text.slice(tag.length + 1)
      const bytes = Buffer.from(base64, 'base64')
      // Buffer skips what is no base64, so only what comes back the same is taken.
      if (bytes.length % kind.BYTES !== 0 || bytes.toString('base64') !== base64) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: `base64 of whole ${tag} numbers`,
        })
        return z.NEVER
      }
      const copy = Uint8Array.from(bytes)
      turn(copy, kind.BYTES)
      return kind.make(copy.buffer)
    },
    encode: (numbers) => {
      const copy = Uint8Array.from(
        new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
      )
      turn(copy, kind.BYTES)
      return `${tag}:${Buffer.from(copy.buffer).toString('base64')}`
    },
  })
}

/** The wire is little-endian; the few machines that are not turn each number around. */
function turn(bytes: Uint8Array, width: number): void {
  if (endianness() === 'LE' || width === 1) return
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
}
