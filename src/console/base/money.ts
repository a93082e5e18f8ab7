/** Amounts as people read them: whole minor units, the currency's own decimals, exact at any size. */

/** 123456 and EUR give "€1,234.56"; 1234 and JPY give "¥1,234"; 1234 and KWD give "KWD 1.234". */
export function formatMoney(minor: number, currency: string, locale?: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  const exponent = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(decimalText(minor, exponent))
}

/** For a chart's axis, where room is short: "€1.2K". */
export function formatMoneyShort(minor: number, currency: string): string {
  const value = majorUnits(minor, currency)
  const options = { style: 'currency', currency, notation: 'compact' } as const
  return new Intl.NumberFormat(undefined, options).format(value)
}

/** As a plain number; for drawing and comparing only, never for adding up. */
export function majorUnits(minor: number, currency: string): number {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency })
  return minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)
}

/** The formatter takes decimal text exactly, where a division could lose a cent. */
function decimalText(minor: number, exponent: number): Intl.StringNumericLiteral {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const fraction = exponent === 0 ? '' : `.${digits.slice(-exponent)}`
  return `${minor < 0 ? '-' : ''}${whole}${fraction}` as Intl.StringNumericLiteral
}
