/** Standard Webhooks: the published vector, the window in both directions, several signatures. */
import { deepEqual, doesNotThrow, equal, throws } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { signWebhook, verifyWebhook } from './standard-webhooks.ts'

/** From the tests of the reference libraries of standardwebhooks.com. */
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const
const { secret, id, at, body, signature } = published
const headers = {
  'webhook-id': id,
  'webhook-timestamp': String(at),
  'webhook-signature': signature,
}

test('the published vector, and the same worked out by hand', () => {
  deepEqual(signWebhook(secret, id, at, body), headers)
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  equal(signature, `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`)
  verifyWebhook(secret, headers, body, at)
})

test('what is signed is verified, and no other id, time, body or secret', () => {
  const name = fc.stringMatching(/^[0-9a-zA-Z_]{1,30}$/)
  const secrets = fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`)
  fc.assert(
    fc.property(
      secrets,
      name,
      fc.nat({ max: 4e9 }),
      fc.string(),
      (key, messageId, seconds, text) => {
        const signed = signWebhook(key, messageId, seconds, text)
        doesNotThrow(() => verifyWebhook(key, { ...signed }, text, seconds))
        const wrongs = [
          () => verifyWebhook(key, { ...signed, 'webhook-id': `${messageId}x` }, text, seconds),
          () =>
            verifyWebhook(
              key,
              { ...signed, 'webhook-timestamp': String(seconds + 1) },
              text,
              seconds,
            ),
          () => verifyWebhook(key, { ...signed }, `${text} `, seconds),
          () => verifyWebhook(secret, { ...signed }, text, seconds),
        ]
        for (const wrong of wrongs) throws(wrong, { code: 'signature_wrong' })
      },
    ),
  )
})

test('one right signature among several is enough while a secret changes', () => {
  const others = `v1,bm9wZQ== v1a,xyz ${signature} v2,${signature.slice(3)}`
  verifyWebhook(secret, { ...headers, 'webhook-signature': others }, body, at)
})

for (const value of [
  '',
  'v1,',
  `v2,${signature.slice(3)}`,
  signature.slice(3),
  signature.slice(0, -1),
  `v1, ${signature.slice(3)}`,
])
  test(`the signature "${value.slice(0, 12)}" is wrong`, () =>
    throws(() => verifyWebhook(secret, { ...headers, 'webhook-signature': value }, body, at), {
      code: 'signature_wrong',
    }))

for (const [why, seconds] of [
  ['five minutes later', 300],
  ['five minutes early', -300],
] as const)
  test(`${why} is in time, a second more is not`, () => {
    verifyWebhook(secret, headers, body, at + seconds)
    throws(() => verifyWebhook(secret, headers, body, at + seconds + Math.sign(seconds)), {
      code: 'replay_window_passed',
    })
  })

for (const time of ['', 'now', '161426533.0', '1e9', 'NaN', 'Infinity', `${at} `, '0x60371e72'])
  test(`the timestamp "${time}" is in no window`, () =>
    throws(() => verifyWebhook(secret, { ...headers, 'webhook-timestamp': time }, body, at), {
      code: 'replay_window_passed',
    }))

for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const)
  test(`without ${name}, or with two of it, there is no signature`, () => {
    for (const value of [undefined, ['a', 'b']])
      throws(() => verifyWebhook(secret, { ...headers, [name]: value }, body, at), {
        code: 'signature_missing',
      })
  })

test('a secret too short, too long or no base64 signs and verifies nothing', () => {
  for (const wrong of [
    '',
    'whsec_',
    'whsec_????',
    'whsec_c2hvcnQ=',
    `whsec_${Buffer.alloc(65).toString('base64')}`,
  ]) {
    throws(() => signWebhook(wrong, id, at, body), { code: 'config_invalid' }, wrong)
    throws(() => verifyWebhook(wrong, headers, body, at), { code: 'config_invalid' }, wrong)
  }
})
