/** Amounts as Lightspeed writes them: five decimals, as text in webhooks and as numbers in REST. */
import { decimalFromMinor, exponentOf } from '../../../base/money.ts'

export function fiveDecimals(minor: number, currency: string): string {
  const text = decimalFromMinor(minor, currency)
  const exponent = exponentOf(currency)
  return exponent === 0 ? `${text}.00000` : text.padEnd(text.length + 5 - exponent, '0')
}

/** A sum by the piece, for show: the vendor's own unit prices are rounded too. */
export function perPiece(minor: number, pieces: number, currency: string): string {
  return pieces === 0 ? '0.00000' : (minor / 10 ** exponentOf(currency) / pieces).toFixed(5)
}
