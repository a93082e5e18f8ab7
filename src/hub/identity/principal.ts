/** Who asks: a person, an agent, or a workflow; and how each looks to Cedar. */
import type { Entity } from '../../governance/policy.ts'
import type { Persona, Role } from '../views.ts'

export interface PersonPrincipal {
  readonly kind: 'person'
  readonly chainId: string
  readonly person: Persona
}

export interface AgentPrincipal {
  readonly kind: 'agent'
  readonly chainId: string
  readonly regionId: string
  readonly agentId: string
  readonly storeIds: readonly string[]
}

export interface WorkflowPrincipal {
  readonly kind: 'workflow'
  readonly chainId: string
  readonly name: string
}

export type Principal = PersonPrincipal | AgentPrincipal | WorkflowPrincipal

/** A role at a node gives these attributes; which node counts is part of the role. */
const chainRoles: Partial<Record<Role, string>> = {
  central_it: 'centralItAt',
  ai_lead: 'aiLeadAt',
  loss_prevention: 'lossPreventionAt',
  finance: 'financeAt',
  privacy_officer: 'privacyOfficerAt',
  auditor: 'auditorAt',
}

export function entityOfPrincipal(principal: Principal): Entity {
  if (principal.kind === 'workflow') return { type: 'Workflow', id: principal.name }
  if (principal.kind === 'agent')
    return {
      type: 'Agent',
      id: principal.agentId,
      attrs: { stores: principal.storeIds.map((id) => ref('Store', id)) },
    }
  const { person } = principal
  const at = (role: Role, kind: string, type: string) =>
    person.roles.filter((r) => r.role === role && r.at.kind === kind).map((r) => ref(type, r.at.id))
  const attrs: Record<string, unknown> = {
    lossPreventionIn: at('loss_prevention', 'region', 'Region'),
    managesRegions: at('regional_manager', 'region', 'Region'),
    managesDistricts: at('regional_manager', 'district', 'District'),
    managesStores: at('store_manager', 'store', 'Store'),
  }
  for (const [role, attribute] of Object.entries(chainRoles))
    attrs[attribute] = at(role as Role, 'chain', 'Chain')
  return { type: 'Person', id: person.personId, attrs }
}

function ref(type: string, id: string) {
  return { __entity: { type, id } }
}

/** As it stands in the ledger. */
export function actorOf(principal: Principal): { type: string; id: string } {
  if (principal.kind === 'person') return { type: 'person', id: principal.person.personId }
  if (principal.kind === 'agent') return { type: 'agent', id: principal.agentId }
  return { type: 'workflow', id: principal.name }
}
