/**
 * A device beside others of its kind: scans not read, chips failed, connections lost, out of how many.
 * The measure is the one of `rates`: a beta-binomial, since peers differ among themselves.
 */
import { refuseInput } from '../inputs.ts'
import {
  betaBinomialPosteriorMean,
  betaBinomialUpperTail,
  type Peers,
} from '../math/beta-binomial.ts'
import { fitPeers as fitRates } from '../rates/peer-group.ts'

export interface Tries {
  readonly failed: number
  readonly tried: number
}

/** Fewer peers than this say too little of how much peers differ. */
export const peersMin = 5

/** @throws Fault model_input_malformed naming the peer, or `peers` where they are too few */
export function fitPeers(peers: readonly Tries[]): Peers {
  for (const [at, { failed, tried }] of peers.entries())
    if (!(tried >= 0 && failed >= 0 && failed <= tried && Number.isInteger(failed + tried)))
      refuseInput(`peers.${at}`, 'whole numbers, failed at most tried')
  const active = peers.filter(({ tried }) => tried > 0)
  if (active.length < peersMin)
    refuseInput('peers', `at least ${peersMin} peers that tried anything`)
  return fitRates(
    active.map(({ failed }) => failed),
    active.map(({ tried }) => tried),
  )
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
