/** `docs/reference/capabilities.md`: what each point of sale can and cannot do, as connectors state it. */
import type { Capabilities } from '../../src/connectors/capabilities.ts'
import { connectors } from '../../src/connectors/index.ts'
import { code, list, page, table } from './markdown.ts'

const actionWords = {
  vendor_api: 'by its API',
  document: 'as a document',
  none: 'no',
} as const

const factWords = {
  webhook: 'pushed',
  sweep: 'pulled',
  question: 'asked',
  companion: 'companion',
  none: 'no',
} as const

type Told = Readonly<Record<string, { readonly by: string; readonly says?: string }>>

export function capabilitiesPage(): string {
  const labels = connectors.map(({ label }) => label)
  const stated: readonly Capabilities[] = connectors.map(({ capabilities }) => capabilities)
  const [first] = stated
  const actions = Object.keys(first?.actions ?? {}) as (keyof Capabilities['actions'])[]
  const facts = Object.keys(first?.facts ?? {}) as (keyof Capabilities['facts'])[]
  return page(
    'What each point of sale can do',
    'As the connectors state it. The agent reports the same to the hub, and what a point of sale ' +
      'cannot do is refused before anybody is asked to approve it.',
    '## Actions',
    list([
      'by its API: the agent does it and, where it can, reads it back',
      'as a document: the vendor has nothing of the kind; the hub keeps a document to be exported',
      'no: a proposal of it is denied',
    ]),
    table(
      ['action', ...labels],
      actions.map((name) => [code(name), ...stated.map((s) => actionWords[s.actions[name].by])]),
    ),
    'Returns are accepted and refused by the agent itself, at the register, whatever the vendor.',
    '## Facts',
    list([
      'pushed: by a webhook, and swept for what webhooks lose',
      'pulled: found by a sweep',
      "asked: the vendor's register asks and waits for the answer",
      "companion: only by an app beside the register that asks through the agent's own door",
      'no: does not become known',
    ]),
    table(
      ['event', ...labels],
      facts.map((type) => [code(type), ...stated.map((s) => factWords[s.facts[type].by])]),
    ),
    ...connectors.flatMap(({ label, capabilities }) => [`## ${label}`, limitsOf(capabilities)]),
  )
}

function limitsOf({ actions, facts }: Capabilities): string {
  const told: Told = { ...actions, ...facts }
  return list(
    Object.entries(told)
      .filter(([, { says }]) => says !== undefined)
      .map(([name, { says }]) => `${code(name)}: ${says}`),
  )
}
