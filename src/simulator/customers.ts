/** Customers: a number in the data becomes a person, clearly invented, the same each time. */
import type { DemoStore } from './demo-chain.ts'
import { nameOf } from './demo-people.ts'
import { belowBy, pickBy } from './hash.ts'
import { mailName, streets } from './people-names.ts'
import type { SimulatedCustomer, TillTender } from './till.ts'

export type Card = NonNullable<TillTender['card']>

/** @param customerKey `c<lane>-<number>` @param home the store they mostly go to */
export function customerOf(seed: string, customerKey: string, home: DemoStore): SimulatedCustomer {
  const { firstName, lastName } = nameOf(seed, customerKey)
  return {
    customerKey,
    firstName,
    lastName,
    email: `${mailName(firstName, lastName)}.${customerKey.replace('-', '.')}@example.com`,
    phone: phoneOf(customerKey, home.country),
    address: {
      street: `${1 + belowBy(180, seed, 'house', customerKey)} ${pickBy(streets, seed, 'street', customerKey)} Street`,
      city: home.city,
      zip: home.zip,
      country: home.country,
    },
  }
}

const diallingCodes: Readonly<Record<string, string>> = {
  GB: '44',
  IE: '353',
  DE: '49',
  NL: '31',
  FR: '33',
  ES: '34',
  IT: '39',
  AT: '43',
}

/** 555 numbers, and no two people share one: `+12065550142` in the us, `+4955512345` in the eu. */
function phoneOf(customerKey: string, country: string): string {
  const [lane = '0', number = '0'] = customerKey.slice(1).split('-')
  const index = Number(lane) * 10_000 + (Number(number) % 10_000)
  if (country === 'US') {
    const area = 200 + (Math.floor(index / 100) % 800)
    return `+1${area}55501${String(index % 100).padStart(2, '0')}`
  }
  return `+${diallingCodes[country] ?? '44'}555${String(index).padStart(6, '0')}`
}

/** The one card of a person (or of one visit, where nobody is known). The number exists nowhere. */
export function cardOf(seed: string, owner: string): Card {
  return {
    brand: pickBy(
      ['VISA', 'VISA', 'MASTERCARD', 'MASTERCARD', 'AMEX'] as const,
      seed,
      'brand',
      owner,
    ),
    last4: String(belowBy(10_000, seed, 'last4', owner)).padStart(4, '0'),
    fingerprint: `fp_${Array.from({ length: 4 }, (_, part) =>
      belowBy(0x100000000, seed, 'card', owner, part).toString(16).padStart(8, '0'),
    ).join('')}`,
  }
}
