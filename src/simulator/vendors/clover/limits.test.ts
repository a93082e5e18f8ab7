import { equal } from 'node:assert/strict'
import test from 'node:test'
import { createLimits } from './limits.ts'

function enterMany(limits: ReturnType<typeof createLimits>, token: string, count: number) {
  const refusals = Array.from({ length: count }, () => {
    const refusal = limits.enter(token, 'app')
    if (refusal === undefined) limits.leave(token, 'app')
    return refusal
  })
  return refusals.filter((refusal) => refusal !== undefined)
}

test('sixteen a second for a token, and the next second begins anew', () => {
  let nowMs = 0
  const limits = createLimits(() => nowMs)
  const [refusal, ...more] = enterMany(limits, 'a', 17)
  equal(more.length, 0)
  equal(refusal?.header, 'X-RateLimit-tokenLimit')
  nowMs += 1000
  equal(enterMany(limits, 'a', 16).length, 0)
})

test('fifty a second for an app over all its tokens', () => {
  const limits = createLimits(() => 0)
  for (const token of ['a', 'b', 'c']) equal(enterMany(limits, token, 16).length, 0)
  equal(enterMany(limits, 'd', 3)[0]?.header, 'X-RateLimit-crossTokenLimit')
})

test('five at once for a token, with a time to wait', () => {
  const limits = createLimits(() => 0)
  for (let index = 0; index < 5; index += 1) equal(limits.enter('a', 'app'), undefined)
  const refusal = limits.enter('a', 'app')
  equal(refusal?.header, 'X-RateLimit-tokenConcurrentLimit')
  equal(refusal?.retryAfterSeconds, 1)
  limits.leave('a', 'app')
  equal(limits.enter('a', 'app'), undefined)
})
