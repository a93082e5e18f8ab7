/**
 * Whole cents from whole cents and whole millionths: exact, then once half away from zero. To the
 * third decimal and up when it is above 4, as the Streamlined Sales Tax agreement has it (section 324),
 * is the same.
 */
import { Fault } from '../../base/fault.ts'

const million = 1_000_000n

/** Of an exact amount in millionths of a minor unit. */
export function roundMillionths(exact: bigint): number {
  return roundRatio(exact, million)
}

/** Half away from zero; `divisor` above 0. @throws Fault money_malformed past 2^53 */
export function roundRatio(amount: bigint, divisor: bigint): number {
  const magnitude = amount < 0n ? -amount : amount
  const rounded = Number((2n * magnitude + divisor) / (2n * divisor))
  if (!Number.isSafeInteger(rounded)) throw new Fault('money_malformed', { expected: '<= 2^53' })
  return amount < 0n && rounded !== 0 ? -rounded : rounded
}

/**
 * A rounded total shared out as the exact parts are, to the last unit: each part rounded towards zero,
 * then one unit each to those that lost most (largest remainder; ties to the first).
 * @param exact parts in millionths, adding up to what `total` was rounded from
 */
export function shareOut(total: number, exact: readonly bigint[]): number[] {
  const shares = exact.map((part) => Number(part / million))
  let rest = total - shares.reduce((sum, share) => sum + share, 0)
  const lost = exact.map((part, at) => ({ at, by: part % million }))
  const sign = rest < 0 ? -1 : 1
  lost.sort((a, b) =>
    a.by === b.by ? a.at - b.at : a.by * BigInt(sign) > b.by * BigInt(sign) ? -1 : 1,
  )
  for (let place = 0; rest !== 0 && lost.length > 0; place = (place + 1) % lost.length) {
    shares[lost[place]!.at]! += sign
    rest -= sign
  }
  return shares
}

/**
 * A price that holds the tax already: tax = gross x rate / (1 + rate). The rest is the net price, so
 * that both add up.
 */
export function taxWithin(
  grossMinor: number,
  rateMillionths: number,
): { readonly taxMinor: number; readonly netMinor: number } {
  checkMinor('grossMinor', grossMinor)
  const rate = BigInt(rateMillionths)
  const taxMinor = roundRatio(BigInt(grossMinor) * rate, million + rate)
  return { taxMinor, netMinor: grossMinor - taxMinor }
}

/**
 * Where the smallest coins are gone: what is due in cash, to the nearest `stepMinor`; halves, which a
 * step of 5 has none of, go away from zero. The difference is a line of its own, after tax.
 */
export function roundCash(
  dueMinor: number,
  stepMinor = 5,
): { readonly cashMinor: number; readonly differenceMinor: number } {
  checkMinor('dueMinor', dueMinor)
  const cashMinor = roundRatio(BigInt(dueMinor), BigInt(stepMinor)) * stepMinor
  return { cashMinor, differenceMinor: cashMinor - dueMinor }
}

export function checkMinor(field: string, minor: number): void {
  if (!Number.isSafeInteger(minor))
    throw new Fault('model_input_malformed', { field, expected: 'whole minor units' })
}
