/** Money: whole minor units and an ISO 4217 code. Decimals are read and written exactly, as text. */
import { z } from 'zod'
import { currencyExponents } from './currencies.ts'
import { Fault } from './fault.ts'

export const Currency = z
  .string()
  .refine((code) => Object.hasOwn(currencyExponents, code), { error: 'a currency of ISO 4217' })
export type Currency = string

/** Minor units stay within what a double holds exactly. */
export const MinorUnits = z.int()

export const Money = z.object({ minor: MinorUnits, currency: Currency })
export type Money = z.infer<typeof Money>

/** How many decimals the currency has: 0 for JPY and CLP, 2 for EUR, 3 for KWD. */
export function exponentOf(currency: string): number {
  const exponent = Object.hasOwn(currencyExponents, currency)
    ? currencyExponents[currency]
    : undefined
  if (exponent === undefined) throw new Fault('currency_unknown', { field: 'currency', currency })
  return exponent
}

const decimalShape = /^(-?)(\d{1,15})(?:\.(\d{1,30}))?$/

/**
 * Reads a vendor's decimal ("24.00", 65, "56.52174") as minor units. Decimals beyond the currency's
 * own are rounded half away from zero, as tills do.
 * @throws Fault money_malformed | currency_unknown
 */
export function minorFromDecimal(decimal: string | number, currency: string): number {
  const exponent = exponentOf(currency)
  const match = decimalShape.exec(typeof decimal === 'number' ? plainDecimal(decimal) : decimal)
  if (match === null) throw new Fault('money_malformed', { expected: 'a decimal like "12.34"' })
  const [, sign, whole = '0', fraction = ''] = match
  const kept = fraction.slice(0, exponent).padEnd(exponent, '0')
  const roundsUp = (fraction[exponent] ?? '0') >= '5'
  const magnitude = Number(whole + kept) + (roundsUp ? 1 : 0)
  if (!Number.isSafeInteger(magnitude)) throw new Fault('money_malformed', { expected: '<= 2^53' })
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude
}

function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) return 'not a number'
  const text = String(value)
  return text.includes('e') ? value.toFixed(20) : text
}

/** 1234 and `EUR` give `12.34`; 1234 and `JPY` give `1234`. */
export function decimalFromMinor(minor: number, currency: string): string {
  const exponent = exponentOf(currency)
  if (exponent === 0) return String(minor)
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0')
  const text = `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
  return minor < 0 ? `-${text}` : text
}

/**
 * In hundredths of the main unit, whatever decimals the currency has: 500 JPY and 500.00 USD both
 * give 50000. What one limit over several currencies compares; dinars are rounded up to it.
 */
export function hundredthsFromMinor(minor: number, currency: string): number {
  return Math.min(Math.ceil(minor * 10 ** (2 - exponentOf(currency))), Number.MAX_SAFE_INTEGER)
}

/** Splits an amount by weights so that the parts add up to it exactly (largest remainder first). */
export function allocate(minor: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const exact = weights.map((weight) => (minor * weight) / total)
  if (total <= 0 || !exact.every(Number.isFinite))
    throw new Fault('money_malformed', { expected: 'weights with a positive sum' })
  const parts = exact.map((share) => Math.trunc(share) + 0)
  const rest = minor - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: Math.abs(value - Math.trunc(value)) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (let step = 0; step < Math.abs(rest); step += 1) {
    const slot = byRemainder[step % byRemainder.length]
    if (slot !== undefined) parts[slot.index] = (parts[slot.index] ?? 0) + Math.sign(rest)
  }
  return parts
}
