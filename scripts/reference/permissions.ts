/** `docs/reference/permissions.md`: who may do what on what, asked of the gate that every route asks. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { defaultPolicies, defaultSchema } from '../../src/governance/defaults.ts'
import { createPolicyEngine, type Verdict } from '../../src/governance/policy.ts'
import { createGate } from '../../src/hub/identity/gate.ts'
import type { Principal } from '../../src/hub/identity/principal.ts'
import { Role } from '../../src/hub/views.ts'
import { code, list, page, table } from './markdown.ts'
import { agentOfStoreA, holders, organisation, places } from './small-chain.ts'

type Place = (typeof places)[number]
type Context = Readonly<Record<string, unknown>> | undefined

/** What an action means to somebody who does not read the code. */
const meanings: Readonly<Record<string, string>> = {
  'agent.report': 'Tell the hub how the agent is',
  'agents.manage': 'Enrol and look after agents',
  'approvals.decide': 'Approve or refuse what waits for a person',
  'bundle.read': 'Fetch the policies and the stores to serve',
  'commands.poll': 'Fetch commands for a store',
  'dead_letters.read': 'See events that could not be taken in',
  'dead_letters.replay': 'Send such events in again',
  'documents.read': 'Open exported documents, such as purchase orders',
  'events.append': 'Send in the events of a store',
  'events.read': 'See what happened in stores, and what was decided about it',
  'ledger.read': 'Read and verify the audit log',
  'policies.read': 'Read the policies',
  'returns.decide': 'Ask for the decision about a return',
  'stores.read': 'See stores, their figures and the state of their agents',
}

interface RouteAction {
  readonly name: string
  readonly resourceTypes: readonly string[]
  /** Asked once for each, where the answer depends on who should approve. */
  readonly contexts: readonly Context[]
}

const gate = createGate(createPolicyEngine(defaultPolicies, defaultSchema), organisation)

export function permissionsPage(): string {
  assertAllRolesHeld()
  const ofPeople = actionsOf('Person')
  const isOfChain = ({ resourceTypes }: RouteAction) => resourceTypes.join() === 'Chain'
  return page(
    'Permissions',
    'Who may do what, with the policies that a chain starts with. Every answer here was given by the ' +
      'gate that the routes ask, for a chain of two regions: stores A and B in one district, store C ' +
      'in another of the same region, store D in the other region.',
    'What a workflow may do by itself depends on amounts and risks, and is told in the README of the ' +
      'workflow.',
    'In the tables, yes: allowed. –: not allowed.',
    '## People, on the chain as a whole',
    ...onChain(ofPeople.filter(isOfChain)),
    ...ofPeople
      .filter((action) => !isOfChain(action))
      .flatMap((action) => action.contexts.flatMap((context) => onPlaces(action, context))),
    '## Agents',
    "An agent's own store is A. Brackets: the question does not apply to a thing of that kind.",
    table(
      ['action', ...places.map(({ says }) => says)],
      actionsOf('Agent').map((action) => [
        `${meaningOf(action)} (${code(action.name)})`,
        ...places.map((place) => cell(verdictOn(action, agentOfStoreA, place, undefined))),
      ]),
    ),
  )
}

/** One column an action: all of them are about the chain. */
function onChain(actions: readonly RouteAction[]): string[] {
  const chain = places.filter(({ type }) => type === 'Chain')
  const means = actions.map((action) => `${code(action.name)}: ${meaningOf(action)}.`)
  const asked = grid(
    actions.flatMap((action) =>
      chain.map((place) => ({ says: code(action.name), action, place, context: undefined })),
    ),
  )
  return [list(means), ...asked]
}

/** One column a place, for one action. */
function onPlaces(action: RouteAction, context: Context): string[] {
  const suffix = context === undefined ? '' : ` where ${Object.values(context).join()} is asked for`
  const asked = places.filter(({ type }) => action.resourceTypes.includes(type))
  return [
    `## People: ${action.name}${suffix}`,
    `${meaningOf(action)}.`,
    ...grid(asked.map((place) => ({ says: place.says, action, place, context }))),
  ]
}

interface Column {
  readonly says: string
  readonly action: RouteAction
  readonly place: Place
  readonly context: Context
}

/** A row for every holder of a role, and below it the policies that said yes. */
function grid(columns: readonly Column[]): string[] {
  const policies = new Set<string>()
  const rows = holders.map(({ role, where, principal }) => [
    `${wordsOf(role)}, ${where}`,
    ...columns.map(({ action, place, context }) => {
      const verdict = verdictOn(action, principal, place, context)
      if (verdict?.isAllowed) for (const id of verdict.policyIds) policies.add(id)
      return cell(verdict)
    }),
  ])
  return [
    table(['role', ...columns.map(({ says }) => says)], rows),
    `By ${[...policies].sort().map(code).join(', ') || 'no policy'}.`,
  ]
}

/** Undefined where the action does not apply to a thing of that kind. */
function verdictOn(
  action: RouteAction,
  principal: Principal,
  place: Place,
  context: Context,
): Verdict | undefined {
  if (!action.resourceTypes.includes(place.type)) return undefined
  const verdict = gate.authorize(principal, action.name, place, context)
  if (verdict.errors.length > 0) throw new Error(`${action.name}: ${verdict.errors.join('; ')}`)
  return verdict
}

function cell(verdict: Verdict | undefined): string {
  if (verdict === undefined) return '(–)'
  return verdict.isAllowed ? 'yes' : '–'
}

/** All actions of the schema that such a principal may ask for, so that a new one is not forgotten. */
function actionsOf(principalType: string): RouteAction[] {
  const answer = cedar.schemaToJson(defaultSchema)
  if (answer.type === 'failure') throw new Error(answer.errors.map((e) => e.message).join('; '))
  return Object.entries(answer.json['']?.actions ?? {})
    .filter(([, action]) => action.appliesTo?.principalTypes.includes(principalType))
    .map(([name, action]) => ({
      name,
      resourceTypes: action.appliesTo?.resourceTypes ?? [],
      contexts:
        name === 'approvals.decide'
          ? [{ approverRole: 'store_manager' }, { approverRole: 'regional_manager' }]
          : [undefined],
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

function meaningOf({ name }: RouteAction): string {
  const meaning = meanings[name]
  if (meaning === undefined) throw new Error(`say what ${name} means`)
  return meaning
}

function wordsOf(role: Role): string {
  const words = role.replaceAll('_', ' ').replace(/^ai /, 'AI ').replace(/ it$/, ' IT')
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}

function assertAllRolesHeld(): void {
  const missing = Role.options.filter((role) => !holders.some((holder) => holder.role === role))
  if (missing.length > 0) throw new Error(`nobody holds ${missing.join(', ')} in the example`)
}
