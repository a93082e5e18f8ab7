/** Ids in each vendor's own form, derived from the seed: the same seed names the same things. */
import { createHash } from 'node:crypto'
import { deterministicUuid } from '../base/ids.ts'
import type { Vendor } from './demo-stores.ts'

export interface VendorIds {
  /** A location, merchant or outlet. */
  store(name: string): string
  register(name: string): string
  employee(name: string): string
}

/** Makes ids out of names; names are unique within the chain. */
export function vendorIds(vendor: Vendor, seed: string): VendorIds {
  const of = (kind: string) => (name: string) => `${seed}/${vendor}/${kind}/${name}`
  const [store, register, employee] = [of('store'), of('register'), of('employee')]
  const all: Readonly<Record<Vendor, VendorIds>> = {
    // Shopify numbers everything; ids of locations and staff have eleven digits or so.
    shopify: {
      store: (name) => numeric(store(name), 11),
      register: (name) => numeric(register(name), 10),
      employee: (name) => numeric(employee(name), 11),
    },
    // Square: upper-case base 36 that begins with L for a location; team members begin with TM.
    square: {
      store: (name) => `L${letters(store(name), base36, 12)}`,
      register: (name) => `device:${letters(register(name), base36, 18)}`,
      employee: (name) => `TM${letters(employee(name), mixed, 14)}`,
    },
    // Clover: 13 characters of Crockford's base 32; a device is a UUID.
    clover: {
      store: (name) => letters(store(name), crockford, 13),
      register: (name) => deterministicUuid(register(name)),
      employee: (name) => letters(employee(name), crockford, 13),
    },
    lightspeed: {
      store: (name) => deterministicUuid(store(name)),
      register: (name) => deterministicUuid(register(name)),
      employee: (name) => deterministicUuid(employee(name)),
    },
  }
  return all[vendor]
}

const base36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const mixed = `${base36}abcdefghijklmnopqrstuvwxyz-_`

/** A merchant id, app id or another name of letters that a vendor gives. */
export function letters(name: string, alphabet: string, length: number): string {
  const digest = createHash('sha256').update(name).digest()
  let text = ''
  for (let index = 0; index < length; index += 1)
    text += alphabet[(digest[index] ?? 0) % alphabet.length]
  return text
}

export const upperLetters = base36
export const cloverLetters = crockford

function numeric(name: string, length: number): string {
  const digest = createHash('sha256').update(name).digest()
  const spread = 9 * 10 ** (length - 1)
  return String(10 ** (length - 1) + (digest.readUIntBE(0, 6) % spread))
}
