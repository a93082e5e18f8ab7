/** Quantities: decimals as text, since goods are weighed and binary floats do not add up. */
import { z } from 'zod'
import { Fault } from './fault.ts'

/** At most five decimals (Square's and Lightspeed's limit), no idle zeros: `2`, `0.35`, `-1`. */
export const Quantity = z
  .string()
  .regex(/^(0|-?(0\.\d{0,4}[1-9]|[1-9]\d{0,11}(\.\d{0,4}[1-9])?))$/, {
    error: 'a decimal like "1.5"',
  })
export type Quantity = z.infer<typeof Quantity>

const scale = 5
const unitsPerOne = 10n ** 5n
const wholeDigitsMax = 12
const shape = /^(-?)(\d{1,12})(?:\.(\d{1,12}))?$/

/** A vendor's number or text, made canonical; decimals past the fifth must be zeros. */
export function quantityFrom(value: string | number): Quantity {
  return fromUnits(unitsOf(String(value)))
}

export function addQuantities(...quantities: Quantity[]): Quantity {
  return fromUnits(quantities.reduce((sum, quantity) => sum + unitsOf(quantity), 0n))
}

export function negateQuantity(quantity: Quantity): Quantity {
  return fromUnits(-unitsOf(quantity))
}

/** What so much costs at that price for one, in whole minor units, rounded half away from zero. */
export function costOf(quantity: Quantity, unitMinor: number): number {
  const exact = unitsOf(quantity) * BigInt(unitMinor)
  const half = exact < 0n ? -unitsPerOne / 2n : unitsPerOne / 2n
  return Number((exact + half) / unitsPerOne)
}

/** For arithmetic where a rounding error does not matter (forecasts, ratios). */
export function quantityAsNumber(quantity: Quantity): number {
  return Number(quantity)
}

function unitsOf(text: string): bigint {
  const match = shape.exec(text)
  const fraction = match?.[3] ?? ''
  if (match === null || /[1-9]/.test(fraction.slice(scale)))
    throw new Fault('quantity_malformed', { expected: 'a decimal with at most 5 decimals' })
  const units = BigInt((match[2] ?? '0') + fraction.slice(0, scale).padEnd(scale, '0'))
  return match[1] === '-' ? -units : units
}

function fromUnits(units: bigint): Quantity {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  if (digits.length > scale + wholeDigitsMax)
    throw new Fault('quantity_malformed', { expected: `at most ${wholeDigitsMax} whole digits` })
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  const text = fraction === '' ? digits.slice(0, -scale) : `${digits.slice(0, -scale)}.${fraction}`
  return units < 0n ? `-${text}` : text
}
