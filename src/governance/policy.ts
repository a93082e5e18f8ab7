/**
 * Cedar behind one question: may this principal do this action on this resource, in this context?
 * The same code runs in hub and agent. An error in the answer's diagnostics means no: Cedar itself
 * would skip the policy that failed, and a skipped `forbid` allows.
 */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { Fault } from '../base/fault.ts'
import { sha256Hex } from '../base/signature.ts'
import { Autonomy, lowerAutonomy } from './autonomy.ts'

/** `Store`, `Person` … and the id within it. */
export interface EntityRef {
  readonly type: string
  readonly id: string
}

export interface Entity extends EntityRef {
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly parents?: readonly EntityRef[]
}

export interface Question {
  readonly principal: Entity
  /** `purchase_order.place`, `approvals.decide`, … */
  readonly action: string
  readonly resource: Entity
  readonly context: Readonly<Record<string, unknown>>
  /** Ancestors of principal and resource; only what the question needs, since each costs time. */
  readonly others?: readonly Entity[]
}

export interface Verdict {
  readonly isAllowed: boolean
  /** Given by the annotations of the permits that matched: the most careful of them. */
  readonly autonomy: Autonomy
  /** Who may approve, by `@approver`; empty when nobody was named. */
  readonly approverRole: string | undefined
  /** Ids of the policies that made the decision (`@id`), for the ledger. */
  readonly policyIds: readonly string[]
  readonly errors: readonly string[]
}

export interface PolicyEngine {
  /** SHA-256 of text and schema: the version that stands in the ledger. */
  readonly hash: string
  decide(question: Question): Verdict
}

interface Annotations {
  readonly id: string
  readonly autonomy: Autonomy
  readonly approver: string | undefined
}

/** Past these, and for what no schema names, all policies are looked at. */
const actionsMax = 100

/** @throws Fault policy_invalid with what Cedar says of the text */
export function createPolicyEngine(policies: string, schema: string): PolicyEngine {
  const hash = sha256Hex(`${policies}\u0000${schema}`)
  const { texts, annotations, scopes } = readPolicies(policies)
  const validated = cedar.validate({ schema, policies: { staticPolicies: texts } })
  if (validated.type === 'failure') throw invalid(validated.errors.map((error) => error.message))
  if (validated.validationErrors.length > 0)
    throw invalid(
      validated.validationErrors.map(({ policyId, error }) => `${policyId}: ${error.message}`),
    )
  const setParsed = cedar.preparsePolicySet(hash, { staticPolicies: texts })
  if (setParsed.type === 'failure') throw invalid(setParsed.errors.map((error) => error.message))
  const schemaParsed = cedar.preparseSchema(hash, schema)
  if (schemaParsed.type === 'failure') throw invalid(schemaParsed.errors.map((e) => e.message))
  const isGroupFree = hasNoActionGroups(schema)
  const setIds = new Map<string, string>()

  /** Cedar looks at every policy of a set, so each action that is asked about gets a set of its own. */
  function setFor(action: string): string {
    const known = setIds.get(action)
    if (known !== undefined) return known
    if (!isGroupFree || setIds.size >= actionsMax) return hash
    const id = `${hash}/${action}`
    const staticPolicies = Object.fromEntries(
      Object.entries(texts).filter(([policyId]) => mayConcern(scopes.get(policyId), action)),
    )
    const parsed = cedar.preparsePolicySet(id, { staticPolicies })
    if (parsed.type === 'failure') throw invalid(parsed.errors.map((error) => error.message))
    setIds.set(action, id)
    return id
  }

  function decide(question: Question): Verdict {
    const answer = cedar.statefulIsAuthorized({
      principal: uid(question.principal),
      action: { type: 'Action', id: question.action },
      resource: uid(question.resource),
      context: question.context as cedar.Context,
      preparsedPolicySetId: setFor(question.action),
      preparsedSchemaName: hash,
      validateRequest: true,
      entities: [question.principal, question.resource, ...(question.others ?? [])].map(toCedar),
    })
    if (answer.type === 'failure') return denied(answer.errors.map((error) => error.message))
    const { decision, diagnostics } = answer.response
    // Cedar names both in no order; the ledger and the choice of an approver need one.
    const errors = diagnostics.errors
      .map(({ policyId, error }) => `${policyId}: ${error.message}`)
      .toSorted()
    const matched = diagnostics.reason
      .toSorted()
      .map((id) => annotations.get(id))
      .filter((a) => a !== undefined)
    const policyIds = matched.map(({ id }) => id)
    if (decision !== 'allow' || errors.length > 0) return { ...denied(errors), policyIds }
    const autonomy = matched.map((a) => a.autonomy).reduce(lowerAutonomy, 'automatic')
    if (autonomy === 'denied') return { ...denied([]), policyIds }
    const approverRole = matched.find((a) => a.autonomy === autonomy)?.approver
    return { isAllowed: true, autonomy, approverRole, policyIds, errors }
  }

  return { hash, decide }
}

function denied(errors: readonly string[]): Verdict {
  return { isAllowed: false, autonomy: 'denied', approverRole: undefined, policyIds: [], errors }
}

function invalid(errors: readonly string[]): Fault {
  return new Fault('policy_invalid', { field: 'policies', expected: errors.slice(0, 5).join('; ') })
}

function uid({ type, id }: EntityRef): cedar.EntityUid {
  return { type, id }
}

function toCedar(entity: Entity): cedar.EntityJson {
  return {
    uid: uid(entity),
    attrs: (entity.attrs ?? {}) as Record<string, cedar.CedarValueJson>,
    parents: (entity.parents ?? []).map(uid),
  }
}

/** Splits the text into policies by their `@id`, so that Cedar's answers name them as people do. */
function readPolicies(policies: string) {
  const parts = cedar.policySetTextToParts(policies)
  if (parts.type === 'failure') throw invalid(parts.errors.map((error) => error.message))
  if (parts.policy_templates.length > 0)
    throw invalid(['templates (?principal, ?resource) are not linked to anybody, so not accepted'])
  const texts: Record<string, string> = {}
  const annotations = new Map<string, Annotations>()
  const scopes = new Map<string, ActionScope>()
  for (const text of parts.policies) {
    const json = cedar.policyToJson(text)
    if (json.type === 'failure') throw invalid(json.errors.map((error) => error.message))
    const { id, autonomy = 'automatic', approver } = json.json.annotations ?? {}
    if (id == null) throw invalid([`a policy has no @id("…"): ${text.slice(0, 80)}`])
    if (annotations.has(id)) throw invalid([`two policies have @id("${id}")`])
    const given = Autonomy.safeParse(autonomy)
    if (!given.success)
      throw invalid([`@autonomy("${autonomy}") is not one of ${Autonomy.options.join(', ')}`])
    texts[id] = text
    scopes.set(id, json.json.action)
    annotations.set(id, { id, autonomy: given.data, approver: approver ?? undefined })
  }
  return { texts, annotations, scopes }
}

type ActionScope = cedar.PolicyJson['action']

/** False only where the policy's scope names other actions: then it cannot match, nor fail. */
function mayConcern(scope: ActionScope | undefined, action: string): boolean {
  const isIt = (uid: cedar.EntityUidJson) => idOf(uid) === action
  if (scope?.op === '==' && 'entity' in scope) return isIt(scope.entity)
  if (scope?.op === 'in' && 'entity' in scope) return isIt(scope.entity)
  if (scope?.op === 'in' && 'entities' in scope) return scope.entities.some(isIt)
  return true
}

function idOf(uid: cedar.EntityUidJson): string {
  return '__entity' in uid ? uid.__entity.id : uid.id
}

/** With groups of actions, `action in` names more than what it spells out. */
function hasNoActionGroups(schema: string): boolean {
  const answer = cedar.schemaToJson(schema)
  if (answer.type === 'failure') return false
  return Object.values(answer.json).every(({ actions }) =>
    Object.values(actions).every(({ memberOf = [] }) => memberOf.length === 0),
  )
}
