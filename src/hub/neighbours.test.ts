import { equal } from 'node:assert/strict'
import test from 'node:test'
import { createNeighbours } from './neighbours.ts'

const rows = [
  { why: 'one that still speaks lives', heardAtMs: [0, 2_000, 4_000], left: false, wants: false },
  { why: 'one note that got lost kills nobody', heardAtMs: [0, 4_000], left: false, wants: false },
  { why: 'one that fell silent has died', heardAtMs: [0], left: false, wants: true },
  { why: 'one that said goodbye has not', heardAtMs: [0], left: true, wants: false },
  { why: 'where nobody was, nobody died', heardAtMs: [], left: false, wants: false },
]
for (const { why, heardAtMs, left, wants } of rows)
  test(why, () => {
    const neighbours = createNeighbours()
    for (const atMs of heardAtMs) neighbours.heard('hub-b', atMs)
    if (left) neighbours.left('hub-b')
    equal(neighbours.anyDied(6_000), wants)
    equal(neighbours.anyDied(6_000), false, 'a death is told once')
  })
