/** What holds for every workflow: it proposes what it may, policy knows it, and a manager can read of it. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { findAction } from '../actions/index.ts'
import { defaultPolicies } from '../governance/defaults.ts'
import { DataClass, EventTypeSchema } from '../retail/events.ts'
import { findWorkflow, workflows } from './index.ts'

for (const workflow of workflows) {
  const folder = workflow.name.replaceAll('_', '-')
  const path = new URL(`./${folder}/README.md`, import.meta.url)

  test(`${workflow.name} names what it listens to, reads, proposes and computes with`, () => {
    match(workflow.name, /^[a-z]+(_[a-z]+)*$/)
    ok(EventTypeSchema.options.includes(workflow.on))
    for (const read of workflow.reads) ok(DataClass.options.includes(read))
    for (const action of workflow.mayPropose) ok(findAction(action), action)
    for (const model of workflow.models) match(model, /^[a-z_]+@\d+$/)
    equal(findWorkflow(workflow.name), workflow)
  })

  test(`${workflow.name} has a policy for each of its actions, else all of them would be denied`, () => {
    for (const action of workflow.mayPropose)
      match(
        defaultPolicies,
        new RegExp(`Workflow::"${workflow.name}", action == Action::"${action}"`),
      )
  })

  test(`${workflow.name} has a page for managers, one page long`, () => {
    ok(existsSync(path), `src/workflows/${folder}/README.md`)
    const text = readFileSync(path, 'utf8')
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    deepEqual(sections, [
      'What it does',
      'What it reads',
      'What policy decides',
      'What it will never do',
      'How to read its reasons',
      'Where it fails',
    ])
    ok(text.split('\n').length <= 90)
    for (const action of workflow.mayPropose) ok(text.includes(`\`${action}\``), action)
  })
}

test('names are not shared, and no other name finds one', () => {
  equal(new Set(workflows.map(({ name }) => name)).size, workflows.length)
  for (const name of ['', 'toString', '__proto__']) equal(findWorkflow(name), undefined)
})
