/** The benchmark's score by hand: what is silent, what is perfect, what is late, what is false. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { close } from '../../../src/models/math/close.ts'
import {
  bestThreshold,
  nabScore,
  probationRows,
  profiles,
  rawScore,
  type Scored,
} from './scoring.ts'

const [standard, lowFalsePositives, lowFalseNegatives] = profiles
const rows = 1000
const file = (alarms: readonly number[]): Scored => {
  const scores = new Float64Array(rows)
  for (const row of alarms) scores[row] = 1
  return { scores, windows: [[500, 599]] }
}

test('15 % is not judged, at most 750 rows', () => {
  equal(probationRows(rows), 150)
  equal(probationRows(20_000), 750)
  equal(nabScore([file([100])], standard!, 0.5), 0)
})

test('silence is 0; the first row of a window is 100 but for the sigmoid', () => {
  equal(nabScore([file([])], standard!, 0.5), 0)
  const first = nabScore([file([500])], standard!, 0.5)
  close(first, 100, 1e-9)
  equal(nabScore([file([500, 510, 520])], standard!, 0.5), first)
})

test('late in the window is worth less, by the benchmark\u2019s sigmoid', () => {
  const worth = (2 / (1 + Math.exp(-5 * 0.5)) - 1) / (2 / (1 + Math.exp(-5)) - 1)
  close(rawScore(file([550]), standard!, 0.5), worth, 1e-12)
  ok(rawScore(file([599]), standard!, 0.5) < 0.06)
})

test('false alarms: full cost far from a window, less right after one', () => {
  close(rawScore(file([300]), standard!, 0.5), -1 - 0.11, 1e-12)
  close(rawScore(file([300]), lowFalsePositives!, 0.5), -1 - 0.22, 1e-12)
  close(rawScore(file([300]), lowFalseNegatives!, 0.5), -2 - 0.11, 1e-12)
  const near = rawScore(file([605]), standard!, 0.5)
  ok(near > -1.11 && near < -1)
  close(near, -1 + 0.11 * (2 / (1 + Math.exp((5 * 6) / 99)) - 1), 1e-12)
})

test('the threshold is the best of all, and silence where nothing helps', () => {
  const scores = Float64Array.from({ length: rows }, (_, row) =>
    row === 505 ? 0.8 : row === 300 ? 0.9 : row > 700 ? 0.5 : 0,
  )
  equal(bestThreshold([{ scores, windows: [[500, 599]] }], standard!), 0.8)
  const noise = Float64Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 0.5 : 0.4))
  equal(bestThreshold([{ scores: noise, windows: [] }], standard!), 1.1)
})
