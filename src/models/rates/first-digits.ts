/**
 * First digits of amounts that people choose freely (refunds by amount, paid-outs): invented ones seldom
 * follow Benford's law, or what peers' amounts do. Weak evidence: it joins other tests, and alone says
 * nothing.
 */
import { checkFinite, checkLength, refuseInput } from '../inputs.ts'
import { gammaUpperTail } from '../math/gamma.ts'
import { type Numbers, quantileOfSorted } from '../math/statistics.ts'
import { combineChances } from './false-discovery.ts'

/** By digit, from 1 to 9. */
export const benford: readonly number[] = Array.from({ length: 9 }, (_, at) =>
  Math.log10(1 + 1 / (at + 1)),
)

/** With fewer amounts, or all within less than two decades, the law is not to be expected. */
const countMin = 500
const decadesMin = 2
/** Mean distance of the nine shares from Benford's beyond which digits do not conform (Nigrini). */
const distanceMax = 0.015

export type DigitVerdict =
  | {
      readonly kind: 'judged'
      /** How many amounts begin with 1, 2, ... 9. */
      readonly digits: readonly number[]
      /** Mean distance of their shares from Benford's. */
      readonly distance: number
      readonly isConforming: boolean
      /** That digits of such a source stray so far: by chi-square. */
      readonly chance: number
      readonly against: 'peers' | 'benford'
    }
  | { readonly kind: 'none'; readonly why: 'too_few' | 'too_narrow' }

/** @param amounts above 0. @returns nine counts. @throws Fault model_input_malformed */
export function firstDigits(amounts: Numbers): number[] {
  checkFinite('amounts', amounts)
  const digits = benford.map(() => 0)
  for (let at = 0; at < amounts.length; at += 1) {
    if (!(amounts[at]! > 0)) refuseInput(`amounts, row ${at}`, 'a number above 0')
    // By its shortest decimal: a logarithm would take 3000 for 2999.9...
    digits[Number(amounts[at]!.toExponential()[0]) - 1]! += 1
  }
  return digits
}

/**
 * @param amounts above 0, of one currency
 * @param peers nine counts of the same kind of amounts of others, as `firstDigits` gives them; fewer
 *   than 500 of them are no measure, and Benford's law stands in
 * @throws Fault model_input_malformed
 */
export function judgeDigits(amounts: Numbers, peers?: readonly number[]): DigitVerdict {
  const digits = firstDigits(amounts)
  if (peers !== undefined) checkPeers(peers)
  if (amounts.length < countMin) return { kind: 'none', why: 'too_few' }
  if (decadesOf(amounts) < decadesMin) return { kind: 'none', why: 'too_narrow' }
  const total = amounts.length
  const distance =
    digits.reduce((sum, count, at) => sum + Math.abs(count / total - benford[at]!), 0) / 9
  const peersCount = peers?.reduce((sum, count) => sum + count, 0) ?? 0
  const hasPeers = peers !== undefined && peersCount >= countMin
  return {
    kind: 'judged',
    digits,
    distance,
    isConforming: distance <= distanceMax,
    chance: hasPeers ? alikeChance(digits, peers) : lawChance(digits),
    against: hasPeers ? 'peers' : 'benford',
  }
}

/** Between the hundredth smallest and largest of a hundred: one outlier makes no spread. */
function decadesOf(amounts: Numbers): number {
  const sorted = Float64Array.from(amounts).sort()
  return Math.log10(quantileOfSorted(sorted, 0.99) / quantileOfSorted(sorted, 0.01))
}

function lawChance(digits: readonly number[]): number {
  const total = digits.reduce((sum, count) => sum + count, 0)
  const misfit = digits.reduce((sum, count, at) => {
    const expected = total * benford[at]!
    return sum + (count - expected) ** 2 / expected
  }, 0)
  return gammaUpperTail(4, misfit / 2)
}

/** Two samples of one source: peers are many and not endless. */
function alikeChance(digits: readonly number[], peers: readonly number[]): number {
  const totals = [digits, peers].map((own) => own.reduce((sum, count) => sum + count, 0))
  let [misfit, kinds] = [0, 0]
  for (const [at, own] of digits.entries()) {
    const share = (own + peers[at]!) / (totals[0]! + totals[1]!)
    if (share === 0) continue
    kinds += 1
    for (const [side, count] of [own, peers[at]!].entries())
      misfit += (count - totals[side]! * share) ** 2 / (totals[side]! * share)
  }
  return kinds < 2 ? 1 : gammaUpperTail((kinds - 1) / 2, misfit / 2)
}

/** Beside the one of each other test. */
const digitsWeight = 0.1
/** However far digits stray, they are no better evidence than this. */
const digitsChanceMin = 0.01

/**
 * One chance of all tests of a person, digits among them with a low weight. By themselves digits bring
 * it to no less than about one in ten.
 * @param chances of the other tests; NaN takes no part
 * @returns NaN where no other test has a verdict: digits alone are none
 */
export function combineWithDigits(chances: Numbers, digits: DigitVerdict): number {
  const others = Array.from(chances).filter((chance) => !Number.isNaN(chance))
  if (others.length === 0 || digits.kind === 'none') return combineChances(others)
  return combineChances(
    [...others, Math.max(digitsChanceMin, digits.chance)],
    [...others.map(() => 1), digitsWeight],
  )
}

function checkPeers(peers: readonly number[]): void {
  checkLength('peers', peers, 9)
  for (const [at, count] of peers.entries())
    if (!(Number.isInteger(count) && count >= 0)) refuseInput(`peers, row ${at}`, 'a whole number')
}
