/** Features in words, with their number: what a person is told of a score. */
import type { Explanation, Factor } from '../model.ts'

type Words = (value: number) => string

const one = (value: number) => value.toFixed(1)
const percent = (value: number) => `${(value * 100).toFixed(0)} %`

const words: Readonly<Record<string, Words>> = {
  amount: (value) => `The amount is ${value.toFixed(2)}.`,
  is_weekend: (value) => (value === 1 ? 'It is a weekend.' : 'It is a working day.'),
  is_night: (value) => (value === 1 ? 'It is night.' : 'It is day.'),
  amount_over_usual: (value) =>
    `The amount is ${one(value)} times what this customer usually pays.`,
  amount_deviations: (value) =>
    `The amount lies ${one(value)} deviations from this customer's mean.`,
  customer_unusual_14d: (value) => `${value} payments of 14 days were unusual for this customer.`,
  customer_recent_over_usual: (value) =>
    `Payments of the last week were ${one(value)} times the customer's usual.`,
  customer_days_since_last: (value) => `The customer's last payment was ${one(value)} days ago.`,
  terminal_plain_frauds_7d: (value) =>
    `${value} frauds of ordinary amounts are known of a week at this terminal.`,
  terminal_plain_risk_30d: (value) =>
    `${percent(value)} of ordinary payments of 30 days at this terminal were fraud.`,
  terminal_days_since_first_fraud: (value) =>
    `The terminal's run of frauds began ${one(value)} days ago.`,
  terminal_days_since_last_fraud: (value) =>
    `The last known fraud at this terminal was ${one(value)} days ago.`,
  terminal_clean_since_fraud: (value) =>
    `${value} payments at this terminal are known to be clean since its last fraud.`,
  terminal_run_risk: (value) =>
    `${percent(value)} of payments since the terminal's first fraud were fraud.`,
}

const families: readonly [RegExp, (value: number, days: string) => string][] = [
  [/^customer_count_(\d+)d$/, (value, days) => `The customer paid ${value} times in ${days} days.`],
  [
    /^customer_mean_amount_(\d+)d$/,
    (value, days) => `The customer's payments of ${days} days are ${value.toFixed(2)} on average.`,
  ],
  [
    /^terminal_count_(\d+)d$/,
    (value, days) => `The terminal took ${value} payments in ${days} known days.`,
  ],
  [
    /^terminal_risk_(\d+)d$/,
    (value, days) =>
      `${percent(value)} of the terminal's payments of ${days} known days were fraud.`,
  ],
]

export function sayFeature(name: string, value: number): string {
  if (Number.isNaN(value)) return `Nothing is known of ${name.replaceAll('_', ' ')}.`
  const own = words[name]
  if (own !== undefined) return own(value)
  for (const [pattern, say] of families) {
    const match = pattern.exec(name)
    if (match !== null) return say(value, match[1] ?? '')
  }
  return `${name.replaceAll('_', ' ')} is ${Number(value.toPrecision(4))}.`
}

/** At most so many factors that raised the score, strongest first: the codes a decision is logged with. */
export function reasonCodes({ factors }: Explanation, countMax = 3): readonly Factor[] {
  return factors.filter(({ weight }) => weight > 0).slice(0, countMax)
}
