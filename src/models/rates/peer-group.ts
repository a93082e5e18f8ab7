/**
 * What a peer group does: mean rate mu and correlation rho of a beta-binomial, by maximum likelihood
 * over the group without its most striking members, who must not set the measure for themselves.
 */

import { logBeta } from '../math/beta.ts'
import { betaBinomialUpperTail, type Peers } from '../math/beta-binomial.ts'
import { nelderMead } from '../math/optimise.ts'
import type { Numbers } from '../math/statistics.ts'

const rhoMin = 1e-9
const rhoMax = 0.9
const muMin = 1e-9

/** Moments: where the search begins, and what remains when a group says nothing of spread. */
export function startValues(counts: Numbers, trials: Numbers): Peers {
  let [total, all, squares, members] = [0, 0, 0, 0]
  for (let at = 0; at < counts.length; at += 1) {
    if (trials[at]! <= 0) continue
    total += counts[at]!
    all += trials[at]!
    squares += trials[at]! ** 2
    members += 1
  }
  // Half a count more, so that a group without any is rare and not impossible.
  const mu = clamp((total + 0.5) / (all + 1), muMin, 1 - muMin)
  if (members < 2 || total === 0 || total === all) return { mu, rho: 1e-5 }
  let misfit = 0
  for (let at = 0; at < counts.length; at += 1)
    if (trials[at]! > 0)
      misfit += (counts[at]! - trials[at]! * mu) ** 2 / (trials[at]! * mu * (1 - mu))
  const phi = misfit / (members - 1)
  const size = (all - squares / all) / (members - 1)
  const rho = size > 1 ? (phi - 1) / (size - 1) : 1e-5
  return { mu, rho: clamp(rho, 1e-5, rhoMax) }
}

/**
 * @param counts and trials of one peer each: whole numbers, counts at most trials
 * @param trimRatio share of the peers that is left out: those least likely under a first fit
 */
export function fitPeers(counts: Numbers, trials: Numbers, trimRatio = 0.015): Peers {
  const first = likeliest(counts, trials)
  const drop = Math.floor(counts.length * trimRatio)
  if (drop === 0) return first
  const tails = Float64Array.from(trials, (n, at) => betaBinomialUpperTail(counts[at]!, n, first))
  const kept = Uint32Array.from(trials, (_, at) => at).sort((a, b) => tails[b]! - tails[a]!)
  const members = kept.subarray(0, kept.length - drop)
  return likeliest(
    Float64Array.from(members, (at) => counts[at]!),
    Float64Array.from(members, (at) => trials[at]!),
  )
}

function likeliest(counts: Numbers, trials: Numbers): Peers {
  const start = startValues(counts, trials)
  // The likeliest rate of what never happened is none at all, and then once would be a miracle.
  if (isAllOrNothing(counts, trials)) return start
  const likelihood = likelihoodOf(counts, trials)
  const found = nelderMead(
    (point) => {
      const { mu, rho } = peersAt(point)
      const size = (1 - rho) / rho
      return -likelihood(mu * size, (1 - mu) * size)
    },
    [logit(start.mu), logit(clamp(start.rho, 1e-6, rhoMax))],
    { step: 0.1, tolerance: 1e-6, roundsMax: 150 },
  )
  return Number.isFinite(found.value) ? peersAt(found.at) : start
}

function isAllOrNothing(counts: Numbers, trials: Numbers): boolean {
  let [ones, zeros] = [0, 0]
  for (let at = 0; at < counts.length; at += 1) {
    ones += counts[at]!
    zeros += trials[at]! - counts[at]!
  }
  return ones === 0 || zeros === 0
}

/** Up to so many trials a peer, sums of logarithms are counted once for all peers. */
const tableTrialsMax = 20_000

/**
 * Log-likelihood by a and b, without its constant part. ln B(y + a, n - y + b) - ln B(a, b) is a sum
 * of ln(a + k) over k < y, ln(b + k) over k < n - y, less ln(a + b + k) over k < n: with a table of
 * how many peers go beyond each k, many peers cost no more than one.
 */
function likelihoodOf(counts: Numbers, trials: Numbers): (a: number, b: number) => number {
  let most = 0
  for (let at = 0; at < trials.length; at += 1) most = Math.max(most, trials[at]!)
  if (most > tableTrialsMax)
    return (a, b) => {
      const whole = logBeta(a, b)
      let sum = 0
      for (let at = 0; at < counts.length; at += 1)
        sum += logBeta(counts[at]! + a, trials[at]! - counts[at]! + b) - whole
      return sum
    }
  const others = Float64Array.from(trials, (n, at) => n - counts[at]!)
  const [ones, zeros, all] = [beyond(counts, most), beyond(others, most), beyond(trials, most)]
  return (a, b) => {
    let sum = 0
    for (let k = 0; k < most; k += 1) {
      if (ones[k]! > 0) sum += ones[k]! * Math.log(a + k)
      if (zeros[k]! > 0) sum += zeros[k]! * Math.log(b + k)
      sum -= all[k]! * Math.log(a + b + k)
    }
    return sum
  }
}

/** How many of the values are above each k. */
function beyond(values: Numbers, most: number): Float64Array {
  const table = new Float64Array(most + 1)
  for (let at = 0; at < values.length; at += 1) if (values[at]! > 0) table[values[at]! - 1]! += 1
  for (let k = most - 1; k >= 0; k -= 1) table[k]! += table[k + 1]!
  return table
}

function peersAt(point: Float64Array): Peers {
  return {
    mu: clamp(logistic(point[0]!), muMin, 1 - muMin),
    rho: clamp(logistic(point[1]!), rhoMin, rhoMax),
  }
}

const logit = (ratio: number) => Math.log(ratio / (1 - ratio))
const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)
