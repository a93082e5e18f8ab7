/** Signatures over exact bytes; HMAC-SHA256 by the vectors of RFC 4231. */
import { equal, notEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { hmacSha256, isSame, sha256Hex } from './signature.ts'

const vectors = [
  {
    why: 'RFC 4231, case 1',
    key: Buffer.alloc(20, 0x0b),
    message: 'Hi There',
    wants: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  {
    why: 'RFC 4231, case 2',
    key: 'Jefe',
    message: 'what do ya want for nothing?',
    wants: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    why: 'RFC 4231, case 3',
    key: Buffer.alloc(20, 0xaa),
    message: Buffer.alloc(50, 0xdd),
    wants: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  },
  {
    why: 'RFC 4231, case 6: a key longer than a block',
    key: Buffer.alloc(131, 0xaa),
    message: 'Test Using Larger Than Block-Size Key - Hash Key First',
    wants: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  },
]
for (const { why, key, message, wants } of vectors)
  test(why, () => {
    equal(hmacSha256(key, message, 'hex'), wants)
    equal(hmacSha256(key, message, 'base64'), Buffer.from(wants, 'hex').toString('base64'))
  })

test('SHA-256 by the vectors of FIPS 180', () => {
  equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  equal(
    sha256Hex(Buffer.alloc(0)),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
})

test('same is same, and one changed byte of message or key is not', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(bytes, bytes, fc.nat(), (key, message, at) => {
      const signature = hmacSha256(Buffer.from(key), Buffer.from(message), 'base64')
      ok(isSame(signature, hmacSha256(Buffer.from(key), Buffer.from(message), 'base64')))
      const altered = Buffer.from(message)
      altered[at % altered.length] = (altered[at % altered.length] ?? 0) ^ 1
      notEqual(hmacSha256(Buffer.from(key), altered, 'base64'), signature)
      ok(!isSame(signature, signature.slice(1)))
    }),
  )
})

test('texts are compared by their bytes', () => {
  for (const [left, right] of [
    ['', 'a'],
    ['é', 'e'],
    ['é', 'é'],
    ['a', 'A'],
  ] as const)
    equal(isSame(left, right), left === right)
  ok(isSame('', ''))
})
