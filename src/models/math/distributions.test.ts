/** Distributions against SciPy 1.17, and the laws that hold whatever the numbers. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { betaCdf, betaQuantile, betaUpperTail, logBeta, logChoose } from './beta.ts'
import {
  betaBinomialLogPmf,
  betaBinomialPosteriorMean,
  betaBinomialUpperTail,
} from './beta-binomial.ts'
import { close } from './close.ts'
import { digamma, gammaCdf, gammaQuantile, gammaUpperTail, logGamma, trigamma } from './gamma.ts'
import { countCdf, countPmf, countQuantile } from './negative-binomial.ts'
import { normalCdf, normalDensity, normalQuantile, normalUpperTail } from './normal.ts'

test('normal: chances', () => {
  const rows = [
    [-10, 7.61985302416047e-24],
    [-5, 2.866515718791933e-7],
    [-3, 0.0013498980316300933],
    [-2.4, 0.008197535924596131],
    [-1.96, 0.024997895148220435],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [0.3, 0.6179114221889526],
    [1.2, 0.8849303297782918],
    [2.6, 0.9953388119762813],
    [6, 0.9999999990134123],
  ] as const
  for (const [z, wanted] of rows) {
    close(normalCdf(z), wanted, 1e-13)
    close(normalUpperTail(-z), wanted, 1e-13)
  }
  equal(normalCdf(Number.NEGATIVE_INFINITY), 0)
  equal(normalCdf(Number.POSITIVE_INFINITY), 1)
  // Expected shortfall of a standard normal beyond 1.2.
  close(normalDensity(1.2) - 1.2 * normalUpperTail(1.2), 0.056102, 1e-5)
})

test('normal: quantiles', () => {
  const rows = [
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-6, -4.753424308822899],
    [0.02, -2.053748910631823],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.8, 0.8416212335729143],
    [0.95, 1.6448536269514722],
    [0.999, 3.090232306167813],
    [0.9999999999, 6.361340889697422],
  ] as const
  for (const [ratio, wanted] of rows) close(normalQuantile(ratio), wanted, 1e-14)
  equal(normalQuantile(0), Number.NEGATIVE_INFINITY)
  ok(Number.isNaN(normalQuantile(1.1)))
})

test('gamma: logarithm and slopes', () => {
  const logs = [
    [1e-5, 11.512919692895826],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [3.7, 1.428072326665388],
    [10, 12.801827480081469],
    [123.4, 469.3360974421906],
    [1e6, 12815504.569147611],
  ] as const
  for (const [x, wanted] of logs) close(logGamma(x), wanted, 2e-14)
  for (const x of [1, 2]) ok(Math.abs(logGamma(x)) < 3e-15)
  const slopes = [
    [1e-3, -1000.5755719318103, 1000001.6425331959],
    [0.5, -1.9635100260214235, 4.93480220054468],
    [1, -0.5772156649015329, 1.6449340668482266],
    [3.7, 1.1671535393615113, 0.31003785767003833],
    [25, 3.198742512851974, 0.04081066325722558],
    [1e4, 9.21029037114285, 0.00010000500016666666],
  ] as const
  for (const [x, first, second] of slopes) {
    close(digamma(x), first, 1e-14)
    close(trigamma(x), second, 1e-13)
  }
})

test('gamma: chances and quantiles', () => {
  const chances = [
    [0.1, 0.01, 0.6626212599544796, 0.3373787400455204],
    [0.5, 2, 0.9544997361036415, 0.04550026389635857],
    [3, 1, 0.08030139707139418, 0.9196986029286058],
    [3, 20, 0.9999995444850495, 4.5551495055892125e-7],
    [100, 90, 0.15822098918643007, 0.84177901081357],
    [100, 160, 0.999999855797755, 1.4420224505352197e-7],
  ] as const
  for (const [shape, x, below, above] of chances) {
    close(gammaCdf(shape, x), below, 1e-12)
    close(gammaUpperTail(shape, x), above, 1e-12)
  }
  close(gammaCdf(1e5, 100_200), 0.7366620100051988, 1e-9)
  const quantiles = [
    [0.1, 0.01, 6.073048362407912e-21],
    [0.5, 0.3, 0.07423593091627269],
    [3, 0.95, 6.295793621871988],
    [100, 0.999, 133.7702639113786],
  ] as const
  for (const [shape, ratio, wanted] of quantiles) close(gammaQuantile(shape, ratio), wanted, 1e-11)
  close(gammaQuantile(1e5, 0.2), 99733.75923816286, 1e-9)
})

test('beta: logarithm, chances and quantiles', () => {
  const logs = [
    [0.5, 0.5, 1.1447298858494],
    [2, 3, -2.4849066497880004],
    [1e-3, 50, 6.903276885609836],
    [300, 2e5, -2252.84386433335],
    [1e6, 2e6, -1909548.2909685448],
  ] as const
  for (const [a, b, wanted] of logs) close(logBeta(a, b), wanted, 1e-12)
  close(logChoose(400, 16), 64.88762086013523, 1e-11)
  const chances = [
    [0.5, 0.5, 0.1, 0.20483276469913345],
    [2, 3, 0.4, 0.5248],
    [16, 385, 0.015, 0.00045113846660459867],
    [300, 700, 0.33, 0.9794613776615778],
    [0.01, 5, 0.001, 0.9527958800070772],
  ] as const
  for (const [a, b, x, wanted] of chances) {
    close(betaCdf(a, b, x), wanted, 1e-11)
    close(betaUpperTail(b, a, 1 - x), wanted, 1e-11)
  }
  close(betaCdf(1e5, 2e5, 0.3345), 0.91232076108608, 1e-8)
  const quantiles = [
    [0.5, 0.5, 0.1, 0.024471741852423214],
    [2, 3, 0.4, 0.3291665033784079],
    [16, 385, 0.975, 0.06109697662390072],
    [0.05, 5, 0.3, 4.4945837252436186e-12],
    [300, 700, 0.01, 0.2669142322587996],
  ] as const
  for (const [a, b, ratio, wanted] of quantiles) close(betaQuantile(a, b, ratio), wanted, 1e-10)
})

test('counts: chances and quantiles of negative binomial and Poisson', () => {
  const ratios = [0.5, 0.9, 0.95, 0.98, 0.999] as const
  const rows = [
    [6.3, 11, 4, 0.11962606098168478, 0.32489701726350745, [6, 11, 12, 14, 20]],
    [0.05, 0.2, 1, 0.012214499605428076, 0.989374468039674, [0, 0, 0, 1, 6]],
    [250, 900, 300, 0.0032556908947754815, 0.948301670308348, [249, 289, 301, 315, 352]],
    [5000, 90000, 5200, 0.0010304287362172008, 0.7515020254048421, [4994, 5388, 5503, 5635, 5977]],
    [3, 3, 2, 0.22404180765538775, 0.42319008112684364, [3, 5, 6, 7, 10]],
  ] as const
  for (const [mean, variance, count, pmf, cdf, quantiles] of rows) {
    close(countPmf(count, mean, variance), pmf, 1e-10)
    close(countCdf(count, mean, variance), cdf, 1e-10)
    for (const [at, ratio] of ratios.entries())
      equal(countQuantile(ratio, mean, variance), quantiles[at])
  }
})

const positive = fc.double({ min: 1e-3, max: 3e5, noNaN: true })
const inside = fc.double({ min: 1e-6, max: 0.999999, noNaN: true })

test('a quantile of counts is the first count that is enough', () => {
  const dispersion = fc.double({ min: 0.5, max: 300, noNaN: true })
  fc.assert(
    fc.property(positive, dispersion, inside, (mean, spread, ratio) => {
      if (mean > 1e5) return
      const count = countQuantile(ratio, mean, mean * spread)
      ok(countCdf(count, mean, mean * spread) >= ratio - 1e-9)
      if (count > 0) ok(countCdf(count - 1, mean, mean * spread) <= ratio + 1e-9)
    }),
  )
})

test('more certainty and more demand never mean fewer units', () => {
  const dispersion = fc.double({ min: 1, max: 40, noNaN: true })
  fc.assert(
    fc.property(positive, positive, dispersion, inside, inside, (a, b, spread, p, q) => {
      const at = (mean: number, ratio: number) => countQuantile(ratio, mean, mean * spread)
      ok(at(a, Math.min(p, q)) <= at(a, Math.max(p, q)))
      ok(at(Math.min(a, b), 0.95) <= at(Math.max(a, b), 0.95))
    }),
  )
})

test('beta-binomial: the example of retail practice, and SciPy', () => {
  const peers = { mu: 0.015, rho: 0.003 }
  close(betaBinomialUpperTail(16, 400, peers), 0.016263339503703955, 1e-10)
  close(betaBinomialUpperTail(2, 400, peers), 0.9288428881721524, 1e-10)
  close(betaBinomialLogPmf(16, 400, peers), -5.182979877439635, 1e-10)
  close(betaBinomialUpperTail(40, 50, { mu: 0.5, rho: 0.2 }), 0.12490395287287659, 1e-10)
  close(betaBinomialUpperTail(1700, 100_000, { mu: 0.015, rho: 0.0005 }), 0.2247521623826723, 1e-8)
  close(betaBinomialUpperTail(16, 400, { mu: 0.015, rho: 0 }), 0.00045113846660459867, 1e-10)
  close(betaBinomialPosteriorMean(16, 400, peers), 0.028655, 1e-4)
})

test('beta-binomial: tails fall, and begin at one', () => {
  const peers = fc.record({ mu: inside, rho: fc.double({ min: 0, max: 0.9, noNaN: true }) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), peers, (n, given) => {
      let before = 1
      for (let y = 0; y <= n; y += 1) {
        const tail = betaBinomialUpperTail(y, n, given)
        ok(tail >= 0 && tail <= before + 1e-9, `${tail} after ${before}`)
        before = tail
      }
      equal(betaBinomialUpperTail(n + 1, n, given), 0)
    }),
    { numRuns: 50 },
  )
})

test('each quantile undoes its distribution', () => {
  // Smaller shapes put chance between 1 and the double before it.
  const shape = fc.double({ min: 1, max: 500, noNaN: true })
  fc.assert(
    fc.property(shape, shape, inside, (a, b, ratio) => {
      close(gammaCdf(a, gammaQuantile(a, ratio)), ratio, 1e-8)
      close(betaCdf(a, b, betaQuantile(a, b, ratio)), ratio, 1e-6)
      close(normalCdf(normalQuantile(ratio)), ratio, 1e-12)
    }),
  )
})
