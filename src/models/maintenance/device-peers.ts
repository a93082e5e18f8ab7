/**
 * A device beside others of its kind: scans not read, chips failed, connections lost, out of how many.
 * Peers differ among themselves, so the yardstick is a beta-binomial and not a plain binomial.
 */
import {
  betaBinomialPosteriorMean,
  betaBinomialUpperTail,
  type Peers,
} from '../math/beta-binomial.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface Tries {
  readonly failed: number
  readonly tried: number
}

/** Fewer peers than this say too little of how much peers differ. */
export const peersMin = 5

/** Moments: how far the peers' rates spread beyond what chance alone would. */
export function fitPeers(peers: readonly Tries[]): Peers {
  for (const [at, { failed, tried }] of peers.entries())
    if (!(tried >= 0 && failed >= 0 && failed <= tried && Number.isInteger(failed + tried)))
      refuse(`peers.${at}`, 'whole numbers, failed at most tried')
  const active = peers.filter(({ tried }) => tried > 0)
  if (active.length < peersMin) refuse('peers', `at least ${peersMin} peers that tried anything`)
  const tried = active.reduce((sum, one) => sum + one.tried, 0)
  const failed = active.reduce((sum, one) => sum + one.failed, 0)
  // No failure at all is no proof of none.
  const mu = (failed + 0.5) / (tried + 1)
  let spread = 0
  let squares = 0
  for (const one of active) {
    spread += (one.failed - one.tried * mu) ** 2 / (one.tried * mu * (1 - mu))
    squares += one.tried ** 2
  }
  const dispersion = spread / (active.length - 1)
  const typical = (tried - squares / tried) / (active.length - 1)
  const rho = typical > 1 ? (dispersion - 1) / (typical - 1) : 0
  return { mu, rho: Math.min(0.99, Math.max(1e-5, rho)) }
}

export interface PeerVerdict {
  /** How seldom a peer has so many; of many devices judged at once, control the false discoveries. */
  readonly pValue: number
  /** What to believe of this device's own rate. */
  readonly rate: number
  readonly timesPeers: number
}

export function judgeDevice({ failed, tried }: Tries, peers: Peers): PeerVerdict {
  const rate = betaBinomialPosteriorMean(failed, tried, peers)
  return {
    pValue: betaBinomialUpperTail(failed, tried, peers),
    rate,
    timesPeers: rate / peers.mu,
  }
}
