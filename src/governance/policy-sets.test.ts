/** That an action is only asked of the policies that may concern it never changes an answer. */
import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { defaultPolicies, defaultSchema } from './defaults.ts'
import { createPolicyEngine, type Question } from './policy.ts'

/** A group of actions anywhere in a schema has every policy looked at, as `action in` may mean more. */
const grouping = 'action "any"; action "spare" in [Action::"any"];'

const schema = `
  entity Workflow; entity Chain; entity Store in [Chain];
  action "spend", "rest", "tell" appliesTo {
    principal: [Workflow], resource: [Store], context: { "amountMinor": Long, "note"?: String },
  };`

const actionScope = fc.oneof(
  fc.constant('action'),
  fc.constantFrom('spend', 'rest', 'tell').map((name) => `action == Action::"${name}"`),
  fc.constantFrom('spend', 'rest', 'tell').map((name) => `action in Action::"${name}"`),
  fc
    .uniqueArray(fc.constantFrom('spend', 'rest', 'tell'), { minLength: 1 })
    .map((names) => `action in [${names.map((name) => `Action::"${name}"`).join(', ')}]`),
)
const condition = fc.constantFrom(
  'true',
  'context.amountMinor > 10',
  'context.amountMinor <= 10',
  'context has note && context.note == "x"',
  // Overflows for large amounts, and a policy that fails denies.
  'context.amountMinor * 4611686018427387904 > 0',
  'resource in Chain::"c"',
)
const policy = fc.record({
  effect: fc.constantFrom('permit', 'permit', 'forbid'),
  principal: fc.constantFrom(
    'principal',
    'principal == Workflow::"w"',
    'principal == Workflow::"v"',
  ),
  action: actionScope,
  condition,
  annotation: fc.constantFrom('', '@autonomy("approval") @approver("store_manager")'),
})
const policies = fc
  .array(policy, { maxLength: 8 })
  .map((list) =>
    list
      .map(
        ({ effect, principal, action, condition, annotation }, index) =>
          `@id("p${index}") ${annotation} ${effect} (${principal}, ${action}, resource) when { ${condition} };`,
      )
      .join('\n'),
  )
const question: fc.Arbitrary<Question> = fc
  .record({
    action: fc.constantFrom('spend', 'rest', 'tell', 'dream'),
    amountMinor: fc.constantFrom(0, 10, 11, 4),
    note: fc.constantFrom(undefined, 'x', 'y'),
  })
  .map(({ action, amountMinor, note }) => ({
    principal: { type: 'Workflow', id: 'w' },
    action,
    resource: { type: 'Store', id: 's', parents: [{ type: 'Chain', id: 'c' }] },
    context: { amountMinor, ...(note !== undefined && { note }) },
    others: [{ type: 'Chain', id: 'c' }],
  }))

test('whatever the policies and the question', () =>
  fc.assert(
    fc.property(policies, fc.array(question, { minLength: 1, maxLength: 8 }), (text, questions) => {
      const engine = createPolicyEngine(text, schema)
      const whole = createPolicyEngine(text, schema + grouping)
      for (const one of questions) deepEqual(engine.decide(one), whole.decide(one))
    }),
    { numRuns: 150 },
  ))

const returnContext = fc.record({
  amountHundredths: fc.constantFrom(0, 5_000, 5_001, 20_000, 20_001, 100_000, 100_001),
  currency: fc.constant('EUR'),
  riskPermille: fc.constantFrom(0, 349, 350, 699, 700, 1000),
  hasReceipt: fc.boolean(),
  isStatutory: fc.boolean(),
  decidedBy: fc.constantFrom('hub', 'agent'),
})

test('nor with the default policies, whatever a return is like', () => {
  const engine = createPolicyEngine(defaultPolicies, defaultSchema)
  const whole = createPolicyEngine(defaultPolicies, defaultSchema + grouping)
  fc.assert(
    fc.property(returnContext, (context) => {
      const asked: Question = {
        principal: { type: 'Workflow', id: 'guard_returns' },
        action: 'return.accept',
        resource: { type: 'Store', id: 's' },
        context,
      }
      deepEqual(engine.decide(asked), whole.decide(asked))
    }),
    { numRuns: 200 },
  )
})

test('a group of actions is heeded: a policy on the group concerns its members', () => {
  const grouped = `
    entity Workflow; entity Store;
    action "money";
    action "spend" in [Action::"money"] appliesTo { principal: [Workflow], resource: [Store], context: {} };
    action "rest" appliesTo { principal: [Workflow], resource: [Store], context: {} };`
  const text = '@id("m") permit (principal, action in Action::"money", resource);'
  const engine = createPolicyEngine(text, grouped)
  const ask = (action: string) =>
    engine.decide({
      principal: { type: 'Workflow', id: 'w' },
      action,
      resource: { type: 'Store', id: 's' },
      context: {},
    }).policyIds
  deepEqual(ask('spend'), ['m'])
  deepEqual(ask('rest'), [])
})
