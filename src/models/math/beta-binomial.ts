/**
 * Counts out of n whose rate varies between peers: mean rate mu, correlation rho between trials
 * (0 is the plain binomial). a = mu (1 - rho) / rho, b = (1 - mu) (1 - rho) / rho.
 */
import { betaCdf, logBeta, logChoose } from './beta.ts'

export interface Peers {
  /** 0 to 1, ends excluded. */
  readonly mu: number
  /** 0 to 1, 1 excluded. */
  readonly rho: number
}

/** Below this a beta of the peers is so narrow that it is the binomial to all digits that matter. */
const binomialRho = 1e-9

export function betaBinomialLogPmf(y: number, n: number, { mu, rho }: Peers): number {
  if (rho <= binomialRho) return logChoose(n, y) + y * Math.log(mu) + (n - y) * Math.log1p(-mu)
  const [a, b] = shapes(mu, rho)
  return logChoose(n, y) + logBeta(y + a, n - y + b) - logBeta(a, b)
}

/**
 * P(Y >= y): how seldom a peer has so many. Summed from y upwards by the ratio of neighbours, which
 * stops once what remains cannot change it.
 */
export function betaBinomialUpperTail(y: number, n: number, peers: Peers): number {
  if (y <= 0) return 1
  if (y > n) return 0
  const { mu, rho } = peers
  if (rho <= binomialRho) return betaCdf(y, n - y + 1, mu)
  const [a, b] = shapes(mu, rho)
  // Below the mean the other side is shorter and loses nothing.
  if (y <= n * mu) return Math.min(1, Math.max(0, 1 - lower(y - 1, n, peers, a, b)))
  let chance = Math.exp(betaBinomialLogPmf(y, n, peers))
  let sum = chance
  for (let k = y; k < n; k += 1) {
    chance *= ((n - k) * (k + a)) / ((k + 1) * (n - k - 1 + b))
    sum += chance
    if (chance * (n - k) < sum * 1e-16) break
  }
  return Math.min(1, sum)
}

/** P(Y <= y), downwards. */
function lower(y: number, n: number, peers: Peers, a: number, b: number): number {
  let chance = Math.exp(betaBinomialLogPmf(y, n, peers))
  let sum = chance
  for (let k = y; k > 0; k -= 1) {
    chance *= (k * (n - k + b)) / ((n - k + 1) * (k - 1 + a))
    sum += chance
    if (chance * k < sum * 1e-16) break
  }
  return sum
}

/** What to believe of one peer's own rate after y of n. */
export function betaBinomialPosteriorMean(y: number, n: number, { mu, rho }: Peers): number {
  if (rho <= binomialRho) return mu
  const [a, b] = shapes(mu, rho)
  return (y + a) / (n + a + b)
}

function shapes(mu: number, rho: number): [number, number] {
  const size = (1 - rho) / rho
  return [mu * size, (1 - mu) * size]
}
