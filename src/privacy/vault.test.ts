/** The vault gives back what was kept, and what is on disk says nothing and cannot be swapped. */
import { equal, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createSeal } from './seal.ts'
import { createVault } from './vault.ts'

const seal = createSeal(Buffer.alloc(32, 1))

test('what is sealed under a name opens under it alone, with its key alone', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, plain) => {
      const sealed = seal.seal(name, plain)
      equal(seal.open(name, sealed).toString('utf8'), Buffer.from(plain).toString('utf8'))
      throws(() => seal.open(`${name}x`, sealed))
      throws(() => createSeal(Buffer.alloc(32, 2)).open(name, sealed))
      sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
      throws(() => seal.open(name, sealed))
    }),
    { numRuns: 50 },
  )
})

test('what a rolled back transaction took along is taken along by the next', () => {
  const disk = new Map<string, Buffer>()
  const vault = createVault(seal, {
    save: ({ token, sealed }) => void disk.set(token, sealed),
    find: (token) => disk.get(token),
  })
  vault.keep('tok_email_a', 'email', 'ann@example.com')
  vault.savePending()
  disk.clear()
  vault.settle(false)
  equal(vault.reveal('tok_email_a'), undefined)
  vault.savePending()
  vault.settle(true)
  equal(vault.reveal('tok_email_a'), 'ann@example.com')
  disk.clear()
  vault.keep('tok_email_a', 'email', 'ann@example.com')
  vault.savePending()
  equal(disk.size, 0, 'what is kept is not written again')
})
