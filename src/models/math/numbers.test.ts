/** Random draws, summaries, matrices and searches: known values, and laws. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from './close.ts'
import {
  cholesky,
  invert,
  leastSquares,
  matrixOf,
  multiply,
  solveCholesky,
  timesVector,
  transpose,
} from './linear-algebra.ts'
import { bisect, goldenSection, nelderMead } from './optimise.ts'
import { createRandom } from './random.ts'
import {
  correlation,
  mean,
  median,
  medianDeviation,
  quantile,
  robustScale,
  standardDeviation,
  sum,
  variance,
  weightedMean,
  weightedQuantile,
} from './statistics.ts'

test('one seed, one sequence; another seed or fork, another', () => {
  const draw = (seed: string | number) => {
    const random = createRandom(seed)
    return Array.from({ length: 5 }, () => random.next())
  }
  deepEqual(draw(1), draw('1'))
  ok(draw(1)[0] !== draw(2)[0])
  equal(createRandom('a').fork(3).next(), createRandom('a').fork(3).next())
})

const moments = [
  { what: 'uniform', draw: (r: Random) => r.next(), mean: 0.5, variance: 1 / 12 },
  { what: 'normal', draw: (r: Random) => r.normal(), mean: 0, variance: 1 },
  { what: 'gamma 0.4', draw: (r: Random) => r.gamma(0.4), mean: 0.4, variance: 0.4 },
  { what: 'gamma 7', draw: (r: Random) => r.gamma(7), mean: 7, variance: 7 },
  { what: 'beta 2, 5', draw: (r: Random) => r.beta(2, 5), mean: 2 / 7, variance: 10 / 392 },
  { what: 'Poisson 3', draw: (r: Random) => r.poisson(3), mean: 3, variance: 3 },
  { what: 'Poisson 400', draw: (r: Random) => r.poisson(400), mean: 400, variance: 400 },
  { what: 'binomial 12', draw: (r: Random) => r.binomial(12, 0.3), mean: 3.6, variance: 2.52 },
  { what: 'binomial 900', draw: (r: Random) => r.binomial(900, 0.1), mean: 90, variance: 81 },
  { what: 'count', draw: (r: Random) => r.count(6.3, 11), mean: 6.3, variance: 11 },
]
type Random = ReturnType<typeof createRandom>
for (const row of moments)
  test(`${row.what}: mean and variance of 40,000 draws`, () => {
    const random = createRandom(row.what)
    const draws = Float64Array.from({ length: 40_000 }, () => row.draw(random))
    const error = Math.sqrt(row.variance / draws.length)
    ok(Math.abs(mean(draws) - row.mean) < 4 * error, String(mean(draws)))
    close(variance(draws), row.variance, 0.06)
  })

test('a shuffle keeps all and moves most', () => {
  const items = createRandom(3).shuffle(Array.from({ length: 100 }, (_, at) => at))
  equal(new Set(items).size, 100)
  ok(items.filter((item, at) => item === at).length < 10)
})

test('summaries of known values', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9]
  equal(mean(values), 5)
  close(variance(values), 32 / 7)
  close(standardDeviation(values), Math.sqrt(32 / 7))
  equal(median(values), 4.5)
  equal(quantile(values, 0.25), 4)
  equal(quantile(values, 0.9), 7.6)
  equal(medianDeviation(values), 0.5)
  close(robustScale(values), 0.5 * 1.482602218505602)
  equal(weightedMean([1, 3], [3, 1]), 1.5)
  equal(weightedQuantile([5, 1, 9], [1, 1, 6], 0.5), 9)
  close(correlation([1, 2, 3, 4], [2, 1, 4, 3]), 0.6)
  equal(sum([1e100, 1, -1e100]), 1)
  equal(robustScale([3, 3, 3, 3]), 0)
  ok(robustScale([3, 3, 3, 3, 3, 3, 9]) > 0)
  ok(Number.isNaN(mean([])) && Number.isNaN(median([])) && Number.isNaN(variance([])))
})

test('a positive definite matrix is solved and inverted', () => {
  const size = fc.integer({ min: 1, max: 8 })
  fc.assert(
    fc.property(size, fc.integer(), (n, seed) => {
      const random = createRandom(seed)
      const root = matrixOf(
        Array.from({ length: n + 2 }, () => Array.from({ length: n }, () => random.normal())),
      )
      const matrix = multiply(transpose(root), root)
      const wanted = Float64Array.from({ length: n }, () => random.normal())
      const found = solveCholesky(cholesky(matrix), timesVector(matrix, wanted))
      for (let at = 0; at < n; at += 1) ok(Math.abs(found[at]! - wanted[at]!) < 1e-6)
      const unit = multiply(invert(matrix), matrix)
      for (let at = 0; at < n * n; at += 1)
        ok(Math.abs(unit.values[at]! - (at % (n + 1) === 0 ? 1 : 0)) < 1e-6)
    }),
    { numRuns: 40 },
  )
  throws(
    () =>
      cholesky(
        matrixOf([
          [1, 0],
          [2, 1],
        ]),
      ),
    Fault,
  )
})

test('least squares: a line, its certainty, and a ridge that pulls to zero', () => {
  const rows = matrixOf([
    [1, 0],
    [1, 1],
    [1, 2],
    [1, 3],
  ])
  const { coefficients, residualVariance, covariance } = leastSquares(rows, [1, 3, 4, 8])
  close(coefficients[0]!, 0.7)
  close(coefficients[1]!, 2.2)
  close(residualVariance, 0.9)
  close(covariance.values[3]!, 0.18)
  const pulled = leastSquares(rows, [1, 3, 4, 8], { penalties: [0, 1e9] }).coefficients
  ok(Math.abs(pulled[1]!) < 1e-6)
  close(pulled[0]!, 4, 1e-6)
  const weighted = leastSquares(rows, [1, 3, 4, 8], { weights: [1, 1, 0, 0] }).coefficients
  close(weighted[1]!, 2, 1e-9)
  throws(
    () =>
      leastSquares(
        matrixOf([
          [1, 1],
          [1, 1],
        ]),
        [1, 2],
      ),
    Fault,
  )
})

test('searches find what is known', () => {
  close(goldenSection((x) => (x - 2) ** 2, -10, 10).at, 2, 1e-6)
  close(
    bisect((x) => x ** 3 - 2, 0, 2),
    2 ** (1 / 3),
  )
  ok(Number.isNaN(bisect((x) => x * x + 1, -1, 1)))
  const valley = ([x, y]: ArrayLike<number> & Iterable<number>) =>
    (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2
  const { at, hasConverged } = nelderMead(valley, [-1.2, 1], { roundsMax: 2000 })
  ok(hasConverged)
  close(at[0]!, 1, 1e-5)
  close(at[1]!, 1, 1e-5)
  const stopped = nelderMead(valley, [-1.2, 1], { roundsMax: 3 })
  equal(stopped.rounds, 3)
  const bounded = nelderMead(([x]) => (x! <= 0 ? Number.NaN : x! - Math.log(x!)), [5])
  close(bounded.at[0]!, 1, 1e-4)
})
