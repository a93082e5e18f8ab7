/** The one gate: every route and every proposal passes `authorize`, with Cedar behind it. */
import { LRUCache } from 'lru-cache'
import { Fault } from '../../base/fault.ts'
import type { EntityRef, PolicyEngine, Verdict } from '../../governance/policy.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { entityOfPrincipal, type Principal } from './principal.ts'

export interface Gate {
  readonly policyHash: string
  /** The verdict, whatever it is. */
  authorize(
    principal: Principal,
    action: string,
    resource: EntityRef,
    context?: Readonly<Record<string, unknown>>,
  ): Verdict
  /** @throws Fault forbidden */
  require(
    principal: Principal,
    action: string,
    resource: EntityRef,
    context?: Readonly<Record<string, unknown>>,
  ): void
  /** Of all stores, those on which the principal may do it: asked from the top of the tree down. */
  storesWith(principal: Principal, action: string): ReadonlySet<string>
}

/** Answers without a context depend on who, what and where alone, and are asked again and again. */
const cachedMax = 20_000

export function createGate(policies: PolicyEngine, organisation: Organisation): Gate {
  const cache = new LRUCache<string, Verdict>({ max: cachedMax })
  const principals = new WeakMap<Principal, ReturnType<typeof entityOfPrincipal>>()

  function ask(
    principal: Principal,
    action: string,
    resource: EntityRef,
    context: Readonly<Record<string, unknown>>,
  ): Verdict {
    let entity = principals.get(principal)
    if (entity === undefined) {
      entity = entityOfPrincipal(principal)
      principals.set(principal, entity)
    }
    return policies.decide({
      principal: entity,
      action,
      context,
      ...organisation.entityOf(resource),
    })
  }

  function authorize(
    principal: Principal,
    action: string,
    resource: EntityRef,
    context?: Readonly<Record<string, unknown>>,
  ): Verdict {
    if (context !== undefined) return ask(principal, action, resource, context)
    const key = `${keyOf(principal)}|${action}|${resource.type}|${resource.id}`
    const known = cache.get(key)
    if (known !== undefined) return known
    const verdict = ask(principal, action, resource, {})
    cache.set(key, verdict)
    return verdict
  }

  function storesWith(principal: Principal, action: string): ReadonlySet<string> {
    const may = (type: string, id: string) => authorize(principal, action, { type, id }).isAllowed
    if (may('Chain', organisation.chain.chainId))
      return new Set(organisation.stores.map(({ storeId }) => storeId))
    const regions = new Set(
      [...new Set(organisation.districts.map(({ regionId }) => regionId))].filter((regionId) =>
        may('Region', regionId),
      ),
    )
    const districts = new Set(
      organisation.districts
        .filter(({ districtId, regionId }) => regions.has(regionId) || may('District', districtId))
        .map(({ districtId }) => districtId),
    )
    return new Set(
      organisation.stores
        .filter(({ storeId, districtId }) => districts.has(districtId) || may('Store', storeId))
        .map(({ storeId }) => storeId),
    )
  }

  return {
    policyHash: policies.hash,
    authorize,
    storesWith,
    require(principal, action, resource, context) {
      if (authorize(principal, action, resource, context).isAllowed) return
      throw new Fault('forbidden', { action, on: `${resource.type}::${resource.id}` })
    },
  }
}

/** Roles and stores are part of the key: who changes them is somebody else. */
function keyOf(principal: Principal): string {
  if (principal.kind === 'agent') return `a:${principal.agentId}:${principal.storeIds.join(',')}`
  if (principal.kind === 'workflow') return `w:${principal.name}`
  const roles = principal.person.roles.map(({ role, at }) => `${role}@${at.id}`).join(',')
  return `p:${principal.person.personId}:${roles}`
}
