/** The tax of a basket, line by line and levy by levy, so that everything adds up to the last cent. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import type { Levy } from './rates.ts'
import { checkMinor, roundMillionths, roundRatio, shareOut } from './rounding.ts'

export interface TaxLine {
  readonly lineId: string
  /** After the store's own discounts and coupons; a maker's coupon is a means of payment. */
  readonly amountMinor: number
  /** Pieces, for limits a piece; 1 where it is sold by weight. */
  readonly pieces: number
  /** A class that the levies' treatments name; left out, it is taxed in full. */
  readonly taxClass?: string
  /** A certificate, or benefits that are free of tax, for this line. */
  readonly isExempt?: boolean
}

/**
 * Whether each line is rounded, or the sum. A seller elects one for a state and stays with it; the till
 * that printed the receipt decides. 3 lines of 9.99 at 8.875 % are 2.67 by line and 2.66 by invoice.
 */
export type RoundingBasis = 'line' | 'invoice'

export interface LevyTax {
  readonly code: string
  readonly taxMinor: number
}

export interface LineTax {
  readonly lineId: string
  readonly taxMinor: number
  readonly levies: readonly LevyTax[]
}

export interface BasketTax {
  readonly taxMinor: number
  readonly lines: readonly LineTax[]
  /** Over all lines, in the order of the levies. */
  readonly levies: readonly (LevyTax & {
    /** What the levy was taken of. */
    readonly baseMinor: number
  })[]
}

const linesMax = 10_000

/** @throws Fault model_input_malformed | money_malformed */
export function taxOf(
  lines: readonly TaxLine[],
  levies: readonly Levy[],
  basis: RoundingBasis,
): BasketTax {
  if (lines.length > linesMax) refuse('lines', `at most ${linesMax} lines`)
  // By line and levy, exact, in millionths of a minor unit.
  const exact = lines.map((line, at) => {
    checkMinor(`lines.${at}.amountMinor`, line.amountMinor)
    if (!(line.pieces > 0 && Number.isFinite(line.pieces))) refuse(`lines.${at}.pieces`, 'above 0')
    return levies.map((levy) => BigInt(line.amountMinor) * BigInt(rateFor(line, levy)))
  })
  const sums = exact.map((own) => own.reduce((sum, part) => sum + part, 0n))
  const taxes =
    basis === 'line'
      ? sums.map(roundMillionths)
      : shareOut(roundMillionths(sums.reduce((sum, part) => sum + part, 0n)), sums)
  const found = lines.map(({ lineId }, at) => {
    const shares = shareOut(taxes[at]!, exact[at]!)
    return {
      lineId,
      taxMinor: taxes[at]!,
      levies: levies.map(({ code }, levy) => ({ code, taxMinor: shares[levy]! })),
    }
  })
  return {
    taxMinor: taxes.reduce((sum, tax) => sum + tax, 0),
    lines: found,
    levies: levies.map((levy, at) => ({
      code: levy.code,
      taxMinor: found.reduce((sum, line) => sum + line.levies[at]!.taxMinor, 0),
      baseMinor: lines.reduce(
        (sum, line) => sum + (rateFor(line, levy) > 0 ? line.amountMinor : 0),
        0,
      ),
    })),
  }
}

/** What one levy takes of a line, in millionths. */
function rateFor({ taxClass, isExempt, amountMinor, pieces }: TaxLine, levy: Levy): number {
  if (isExempt === true) return 0
  const treatment =
    taxClass !== undefined && Object.hasOwn(levy.treatments, taxClass)
      ? levy.treatments[taxClass]
      : undefined
  switch (treatment?.kind) {
    case undefined:
      return levy.rateMillionths
    case 'exempt':
      return 0
    case 'reduced':
      return treatment.rateMillionths
    case 'exempt_below':
      return Math.abs(amountMinor) < treatment.unitMinor * pieces ? 0 : levy.rateMillionths
  }
}

/** What is given back so far of a line, and now. */
export interface TaxReturn {
  readonly line: LineTax
  readonly pieces: number
  readonly piecesReturnedBefore: number
  readonly piecesReturnedNow: number
}

/**
 * The tax that was taken, given back: never worked out anew, and the last piece takes what is left, so
 * that a line returned piece by piece gives back exactly what it was charged.
 */
export function taxReturned({
  line,
  pieces,
  piecesReturnedBefore,
  piecesReturnedNow,
}: TaxReturn): LineTax {
  for (const [field, value] of Object.entries({ pieces, piecesReturnedBefore, piecesReturnedNow }))
    if (!Number.isInteger(value) || value < 0) refuse(field, 'a whole number of pieces')
  if (piecesReturnedBefore + piecesReturnedNow > pieces || pieces === 0)
    refuse('piecesReturnedNow', 'no more than were sold')
  const backAt = (returned: number) =>
    line.levies.map(({ taxMinor }) =>
      roundRatio(BigInt(taxMinor) * BigInt(returned), BigInt(pieces)),
    )
  const before = backAt(piecesReturnedBefore)
  const after = backAt(piecesReturnedBefore + piecesReturnedNow)
  const levies = line.levies.map(({ code }, at) => ({ code, taxMinor: after[at]! - before[at]! }))
  return {
    lineId: line.lineId,
    taxMinor: levies.reduce((sum, { taxMinor }) => sum + taxMinor, 0),
    levies,
  }
}
