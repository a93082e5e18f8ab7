/** The list of pages of the reference. */
import { capabilitiesPage } from './capabilities.ts'
import { eventsPage } from './events.ts'
import { faultsPage } from './faults.ts'
import { modelsPage } from './models.ts'
import { permissionsPage } from './permissions.ts'

export const referencePages = {
  'capabilities.md': capabilitiesPage,
  'events.md': eventsPage,
  'faults.md': faultsPage,
  'models.md': modelsPage,
  'permissions.md': permissionsPage,
} as const satisfies Record<string, () => string>
