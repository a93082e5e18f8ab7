/** People by their first role, in the order of the roles; those that do not fit the search are left out. */
import type { Persona } from '../../hub/views.ts'
import { roleNames, sayRole } from '../words/roles.ts'

export interface PersonaGroupView {
  readonly role: string
  readonly people: readonly Persona[]
}

export function groupPersonas(personas: readonly Persona[], wanted: string): PersonaGroupView[] {
  const needles = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = personas.filter((persona) => {
    const text = textOf(persona)
    return needles.every((needle) => text.includes(needle))
  })
  const byRole = Map.groupBy(fitting, ({ roles }) => roles[0]?.role ?? 'other')
  const order = Object.keys(roleNames)
  return [...byRole]
    .map(([role, people]) => ({ role, people }))
    .sort((left, right) => order.indexOf(left.role) - order.indexOf(right.role))
}

function textOf({ name, title, roles }: Persona): string {
  const places = roles.map(({ role, at }) => `${sayRole(role)} ${at.id.replaceAll('_', ' ')}`)
  return [name, title, ...places].join(' ').toLowerCase()
}
