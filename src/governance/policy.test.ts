/** The policy engine: the careful side wins, errors deny, and a text that is wrong says why. */
import { deepEqual, equal, match, notEqual, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { autonomies, lowerAutonomy } from './autonomy.ts'
import { createPolicyEngine, type Question } from './policy.ts'

const schema = `
  entity Workflow; entity Chain; entity Store in [Chain];
  action "spend", "rest" appliesTo {
    principal: [Workflow], resource: [Store], context: { "amountMinor": Long, "note"?: String },
  };`
const question: Question = {
  principal: { type: 'Workflow', id: 'w' },
  action: 'spend',
  resource: { type: 'Store', id: 's', parents: [{ type: 'Chain', id: 'c' }] },
  context: { amountMinor: 10 },
  others: [{ type: 'Chain', id: 'c' }],
}
const ask = (policies: string, change: Partial<Question> = {}) =>
  createPolicyEngine(policies, schema).decide({ ...question, ...change })

const permit = (id: string, annotations = '', when = 'true') =>
  `@id("${id}") ${annotations} permit (principal, action == Action::"spend", resource) when { ${when} };`
const forbid = (id: string, when = 'true') =>
  `@id("${id}") forbid (principal, action, resource) when { ${when} };`
const annotated = {
  automatic: permit('a', '@autonomy("automatic")'),
  approval: permit('b', '@autonomy("approval") @approver("store_manager")'),
  digest: permit('c', '@autonomy("digest")'),
  denied: permit('d', '@autonomy("denied")'),
}

const rows = [
  { why: 'silence denies', policies: '', autonomy: 'denied', by: [] },
  {
    why: 'a permit without annotation is automatic',
    policies: permit('p'),
    autonomy: 'automatic',
    by: ['p'],
  },
  {
    why: 'a permit that does not match is silent',
    policies: permit('p', '', 'context.amountMinor > 10'),
    autonomy: 'denied',
    by: [],
  },
  {
    why: 'the more careful of two permits wins',
    policies: annotated.automatic + annotated.approval,
    autonomy: 'approval',
    by: ['a', 'b'],
  },
  {
    why: 'whatever their order',
    policies: annotated.approval + annotated.automatic,
    autonomy: 'approval',
    by: ['a', 'b'],
  },
  {
    why: 'a digest is more careful than an approval',
    policies: annotated.digest + annotated.approval,
    autonomy: 'digest',
    by: ['b', 'c'],
  },
  {
    why: 'a permit may say denied',
    policies: annotated.denied + annotated.automatic,
    autonomy: 'denied',
    by: ['a', 'd'],
  },
  {
    why: 'a forbid beats every permit',
    policies: annotated.automatic + forbid('f'),
    autonomy: 'denied',
    by: ['f'],
  },
  {
    why: 'a forbid that does not match is silent',
    policies: annotated.automatic + forbid('f', 'context.amountMinor > 10'),
    autonomy: 'automatic',
    by: ['a'],
  },
]
for (const { why, policies, autonomy, by } of rows)
  test(why, () => {
    const verdict = ask(policies)
    equal(verdict.autonomy, autonomy)
    equal(verdict.isAllowed, autonomy !== 'denied')
    deepEqual(verdict.policyIds, by)
    deepEqual(verdict.errors, [])
  })

test('the approver is the one that the careful permit names', () => {
  equal(ask(annotated.automatic + annotated.approval).approverRole, 'store_manager')
  equal(ask(annotated.automatic).approverRole, undefined)
  equal(ask(annotated.approval + forbid('f')).approverRole, undefined)
})

test('of two approvers the choice does not depend on the order of the text', () => {
  const [x, y] = ['x', 'y'].map((id) =>
    permit(id, `@autonomy("approval") @approver("role_${id}")`),
  ) as [string, string]
  for (const policies of [x + y, y + x]) equal(ask(policies).approverRole, 'role_x')
})

test('a forbid that fails denies, where Cedar alone would skip it and allow', () => {
  const overflow = forbid('guard', 'context.amountMinor + 9223372036854775807 > 0')
  const verdict = ask(permit('p') + overflow)
  equal(verdict.isAllowed, false)
  equal(verdict.autonomy, 'denied')
  match(verdict.errors.join(), /^guard: .*overflow/)
  ok(
    ask(permit('p') + overflow, { context: { amountMinor: 0 } }).isAllowed === false,
    'nothing left over, and forbidden',
  )
})

const unfit: { why: string; change: Partial<Question>; says: RegExp }[] = [
  { why: 'an unknown action', change: { action: 'steal' }, says: /steal/ },
  { why: 'an unknown type', change: { principal: { type: 'Robot', id: 'r' } }, says: /Robot/ },
  {
    why: 'a principal that the action does not take',
    change: { principal: { type: 'Store', id: 's' } },
    says: /principal/,
  },
  { why: 'a context that lacks a fact', change: { context: {} }, says: /amountMinor|context/ },
  {
    why: 'a context with a fact of another type',
    change: { context: { amountMinor: '10' } },
    says: /context|type/,
  },
  { why: 'an amount that is not whole', change: { context: { amountMinor: 10.5 } }, says: /./ },
  {
    why: 'an amount that is no number',
    change: { context: { amountMinor: Number.NaN } },
    says: /./,
  },
  {
    why: 'a fact that the schema does not know',
    change: { context: { amountMinor: 1, extra: true } },
    says: /extra/,
  },
]
for (const { why, change, says } of unfit)
  test(`${why} is denied, and says why`, () => {
    const verdict = ask(permit('p'), change)
    equal(verdict.isAllowed, false)
    equal(verdict.autonomy, 'denied')
    match(verdict.errors.join(), says)
  })

const wrongTexts = [
  { why: 'no Cedar at all', policies: 'let everybody in', says: /unexpected token|parse/ },
  {
    why: 'a policy without @id',
    policies: 'permit (principal, action, resource);',
    says: /has no @id/,
  },
  {
    why: 'two policies with one @id',
    policies: permit('p') + permit('p', '', 'false'),
    says: /two policies have @id\("p"\)/,
  },
  {
    why: 'an autonomy that is none',
    policies: permit('p', '@autonomy("full")'),
    says: /@autonomy\("full"\) is not one of denied, digest/,
  },
  {
    why: 'an unknown action',
    policies: '@id("p") permit (principal, action == Action::"steal", resource);',
    says: /p: .*steal/s,
  },
  {
    why: 'a fact that no action has',
    policies: permit('p', '', 'context.colour == "red"'),
    says: /p: .*colour/s,
  },
  {
    why: 'types that do not compare',
    policies: permit('p', '', 'context.amountMinor < "ten"'),
    says: /^p: /,
  },
  {
    why: 'a fact that may be missing',
    policies: permit('p', '', 'context.note == "x"'),
    says: /p: .*note/s,
  },
  {
    why: 'a template, which nothing fills in',
    policies: '@id("p") permit (principal == ?principal, action, resource);',
    says: /templates/,
  },
]
for (const { why, policies, says } of wrongTexts)
  test(`the text is refused: ${why}`, () => {
    throws(
      () => createPolicyEngine(policies, schema),
      (error: { code: string; detail: { field: string; expected: string } }) => {
        deepEqual([error.code, error.detail.field], ['policy_invalid', 'policies'])
        match(error.detail.expected, says)
        return true
      },
    )
  })

test('a schema that is wrong is refused the same way', () => {
  throws(() => createPolicyEngine('', 'entity Store in [Nowhere];'), { code: 'policy_invalid' })
})

test('the hash names text and schema: any change gives another', () => {
  const hashes = [
    createPolicyEngine(permit('p'), schema).hash,
    createPolicyEngine(`${permit('p')} `, schema).hash,
    createPolicyEngine(permit('p'), `${schema} `).hash,
  ]
  equal(new Set(hashes).size, 3)
  for (const hash of hashes) match(hash, /^[0-9a-f]{64}$/)
  equal(createPolicyEngine(permit('p'), schema).hash, hashes[0])
})

test('two engines side by side each keep to their own text', () => {
  const [yes, no] = [createPolicyEngine(permit('p'), schema), createPolicyEngine('', schema)]
  notEqual(yes.decide(question).isAllowed, no.decide(question).isAllowed)
  ok(yes.decide(question).isAllowed)
})

test('the lower autonomy is the less free, in any order', () => {
  const one = fc.constantFrom(...autonomies)
  fc.assert(
    fc.property(one, one, one, (a, b, c) => {
      equal(lowerAutonomy(a, b), lowerAutonomy(b, a))
      equal(lowerAutonomy(lowerAutonomy(a, b), c), lowerAutonomy(a, lowerAutonomy(b, c)))
      ok(autonomies.indexOf(lowerAutonomy(a, b)) <= autonomies.indexOf(a))
      equal(lowerAutonomy(a, 'automatic'), a)
      equal(lowerAutonomy(a, 'denied'), 'denied')
    }),
  )
})
