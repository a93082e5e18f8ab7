/**
 * The referee: school arithmetic on decimal text, digit groups and all, sharing nothing with the model
 * but the definition: half a cent goes away from zero.
 */

/** Whole digits and how many of them stand behind the point. */
function read(decimal: string): { digits: bigint; places: number } {
  const [whole = '0', fraction = ''] = plain(decimal).split('.')
  return { digits: BigInt(whole + fraction), places: fraction.length }
}

function plain(decimal: string): string {
  return decimal.includes('e') ? Number(decimal).toFixed(10) : decimal
}

/** `digits / 10^places`, rounded by looking at the first digit that goes. */
function toWhole(digits: bigint, places: number): number {
  const isNegative = digits < 0n
  const text = String(isNegative ? -digits : digits).padStart(places + 1, '0')
  const whole = BigInt(text.slice(0, text.length - places))
  const goes = text.slice(text.length - places)
  const up = goes !== '' && goes.charCodeAt(0) >= '5'.charCodeAt(0)
  const size = Number(up ? whole + 1n : whole)
  return isNegative && size !== 0 ? -size : size
}

export function taxByText(
  amountsMinor: readonly number[],
  rate: string,
  basis: 'line' | 'invoice',
): number {
  const { digits, places } = read(rate)
  const one = (amount: number) => toWhole(BigInt(amount) * digits, places)
  if (basis === 'line') return amountsMinor.reduce((sum, amount) => sum + one(amount), 0)
  return one(amountsMinor.reduce((sum, amount) => sum + amount, 0))
}

/** By long division to one digit more than is kept. */
export function taxWithinByText(grossMinor: number, rate: string): number {
  const { digits, places } = read(rate)
  const divisor = 10n ** BigInt(places) + digits
  const tenths = (BigInt(grossMinor) * digits * 10n) / divisor
  return toWhole(tenths, 1)
}
