/** Who works in the demo chain: employees at the tills, and the people who sign in at the console. */
import { hash32, pickBy } from './hash.ts'
import { firstNames, lastNames, mailName } from './people-names.ts'
import type { SimulatedEmployee } from './till.ts'
import type { VendorIds } from './vendor-ids.ts'

export type Role =
  | 'central_it'
  | 'ai_lead'
  | 'regional_manager'
  | 'store_manager'
  | 'loss_prevention'
  | 'finance'
  | 'privacy_officer'
  | 'auditor'

export interface Persona {
  readonly personId: string
  readonly name: string
  readonly title: string
  readonly roles: readonly {
    readonly role: Role
    readonly at: { readonly kind: 'chain' | 'region' | 'district' | 'store'; readonly id: string }
  }[]
}

/** Four to eight; the first is the store's manager, the second stands in. */
export function employeesOf(seed: string, slug: string, ids: VendorIds): SimulatedEmployee[] {
  const count = 4 + (hash32(seed, 'staff', slug) % 5)
  return Array.from({ length: count }, (_, index) => {
    const key = `${slug}/${index}`
    const { firstName, lastName } = nameOf(seed, key)
    return {
      externalId: ids.employee(key),
      firstName,
      lastName,
      email: `${mailName(firstName, lastName)}.${slug.replaceAll('_', '')}${index}@staff.example.com`,
      isManager: index < 2,
    }
  })
}

export function nameOf(seed: string, key: string): { firstName: string; lastName: string } {
  return {
    firstName: pickBy(firstNames, seed, 'first', key),
    lastName: pickBy(lastNames, seed, 'last', key),
  }
}

const office: readonly [slug: string, title: string, role: Role, regionId?: string][] = [
  ['central_it', 'Central IT', 'central_it'],
  ['ai_lead', 'Head of AI', 'ai_lead'],
  ['regional_us', 'Regional manager, United States', 'regional_manager', 'us'],
  ['regional_eu', 'Regional manager, Europe', 'regional_manager', 'eu'],
  ['loss_prevention_us', 'Loss prevention, United States', 'loss_prevention', 'us'],
  ['loss_prevention_eu', 'Loss prevention, Europe', 'loss_prevention', 'eu'],
  ['finance', 'Finance', 'finance'],
  ['privacy_officer', 'Privacy officer', 'privacy_officer'],
  ['auditor', 'Auditor', 'auditor'],
]

export function personasOf(
  seed: string,
  chainId: string,
  stores: readonly { storeId: string; name: string; manager: SimulatedEmployee }[],
): Persona[] {
  const inOffice = office.map(([slug, title, role, regionId]): Persona => {
    const { firstName, lastName } = nameOf(seed, `office/${slug}`)
    const at =
      regionId === undefined
        ? ({ kind: 'chain', id: chainId } as const)
        : ({ kind: 'region', id: regionId } as const)
    const personId = `per_${slug}`
    return { personId, name: `${firstName} ${lastName}`, title, roles: [{ role, at }] }
  })
  const managers = stores.map(
    ({ storeId, name, manager }): Persona => ({
      personId: `per_manager_${storeId.slice('str_'.length)}`,
      name: `${manager.firstName} ${manager.lastName}`,
      title: `Store manager, ${name}`,
      roles: [{ role: 'store_manager', at: { kind: 'store', id: storeId } }],
    }),
  )
  return [...inOffice, ...managers]
}
