/**
 * Amounts as Lightspeed writes them: decimals with up to five places ("56.52174", 65), tax
 * exclusive. They are added as whole hundred-thousandths and rounded once, to what was paid.
 */
import { z } from 'zod'
import { allocate, exponentOf } from '../../base/money.ts'

const places = 5
const shape = /^(-?)(\d{1,10})(?:\.(\d{1,12}))?$/

/** A decimal on the wire, as whole hundred-thousandths. */
export const Scaled = z.unknown().transform((value, context) => {
  const scaled = scaledFrom(value)
  if (scaled !== undefined) return scaled
  context.addIssue({ code: 'custom', message: 'a decimal like "12.34"' })
  return z.NEVER
})

export function scaledFrom(value: unknown): number | undefined {
  if (Number.isSafeInteger(value) && Math.abs(value as number) < 1e10)
    return (value as number) * 10 ** places
  const match = shape.exec(typeof value === 'number' ? plain(value) : String(value))
  if (match === null) return undefined
  const fraction = match[3] ?? ''
  const kept = Number((match[2] ?? '0') + fraction.slice(0, places).padEnd(places, '0'))
  const magnitude = (fraction[places] ?? '0') >= '5' ? kept + 1 : kept
  return match[1] === '-' && magnitude !== 0 ? -magnitude : magnitude
}

/** JSON numbers past the fifth place are binary noise (0.1 + 0.2). */
function plain(value: number): string {
  const text = String(value)
  return text.length > 12 || text.includes('e') ? value.toFixed(places) : text
}

/** How many hundred-thousandths are one minor unit: 1000 for cents, 100000 for yen. */
export function perMinor(currency: string): number {
  return 10 ** (places - exponentOf(currency))
}

/** Rounded half away from zero, as tills do. */
export function minorFrom(scaled: number, currency: string): number {
  const unit = perMinor(currency)
  const minor = Math.floor((Math.abs(scaled) + unit / 2) / unit)
  return scaled < 0 && minor !== 0 ? -minor : minor
}

/**
 * Rounds amounts so that they add up to `targetMinor`: the ones rounded most unfairly give way, by
 * one minor unit each. What is then still left over is no rounding, and is the caller's to name.
 */
export function roundTo(targetMinor: number, scaled: readonly number[], currency: string) {
  const parts = scaled.map((value) => minorFrom(value, currency))
  let leftMinor = targetMinor - parts.reduce((sum, part) => sum + part, 0)
  if (leftMinor === 0) return { parts, leftMinor }
  const step = Math.sign(leftMinor)
  const unit = perMinor(currency)
  const byUnfairness = scaled
    .map((value, index) => ({ index, owed: (value - (parts[index] ?? 0) * unit) * step }))
    .sort((a, b) => b.owed - a.owed || a.index - b.index)
  for (const { index } of byUnfairness) {
    if (leftMinor === 0) break
    parts[index] = (parts[index] ?? 0) + step
    leftMinor -= step
  }
  return { parts, leftMinor }
}

/** Like `roundTo`, but the parts always add up: a difference beyond rounding is shared by size. */
export function shareOut(
  targetMinor: number,
  scaled: readonly number[],
  currency: string,
): number[] {
  const { parts, leftMinor } = roundTo(targetMinor, scaled, currency)
  if (leftMinor === 0 || scaled.every((value) => value <= 0)) return parts
  return allocate(targetMinor, scaled)
}
