/**
 * The whole loop with a person in it: a till asks, the hub holds the return, the manager of that store
 * approves it in a real browser on the running hub's own console, and the till is told.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, desktop, phone, startBrowser } from '../console/browser.ts'
import { startFleet, until } from './fleet.ts'

const root = new URL('../../', import.meta.url)
const script = fileURLToPath(new URL('scripts/build-console.ts', root))
await promisify(execFile)(process.execPath, [script, '--quiet'])
const fleet = await startFleet({ consoleDir: fileURLToPath(new URL('dist/console/', root)) })
const browser: Browser = await startBrowser()
after(async () => {
  await browser.close()
  await fleet.close()
})

const storeId = 'str_boston_1'
const amountMinor = 12_345
const steps = ['decision.made', 'approval.requested', 'command.issued', 'command.verified']

async function signIn(origin: string, view = desktop) {
  await browser.context.clearCookies()
  const watched = await browser.open(origin, view)
  const { items } = (await (await fetch(`${origin}/v1/personas`)).json()) as {
    items: { name: string; roles: { role: string; at: { id: string } }[] }[]
  }
  const manager = items.find(({ roles }) =>
    roles.some(({ role, at }) => role === 'store_manager' && at.id === storeId),
  )
  ok(manager, 'the store has a manager')
  await watched.page.goto(`${origin}/approvals`)
  await watched.page.getByLabel('Search by name, role or place').fill(manager.name)
  await watched.page.getByRole('button', { name: new RegExp(manager.name) }).click()
  await watched.page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor()
  return watched
}

for (const { decision, button, view, verdict, entry, name } of [
  {
    decision: 'approve',
    button: 'Approve',
    view: desktop,
    verdict: 'accepted',
    entry: 'approval.given',
    name: 'approves',
  },
  {
    decision: 'refuse',
    button: 'Refuse',
    view: phone,
    verdict: 'refused',
    entry: 'approval.refused',
    name: 'refuses',
  },
] as const)
  test(`the manager ${name}, at ${view.viewport.width} px: the till is told, every step in the ledger`, async () => {
    const questionId = `q-${decision}`
    const asked = await fleet.askReturn(storeId, { questionId, amountMinor, sku: '85123A' })
    equal(asked.verdict, 'held')

    const { page, complaints } = await signIn(fleet.hubUrl, view)
    await page
      .getByRole('button', { name: new RegExp(`^${button}: Accept a return of \\$123.45`) })
      .first()
      .click()
    const dialog = page.getByRole('dialog', { name: `${button}, because` })
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Seen at the counter')
    await dialog.getByRole('button', { name: button }).click()
    await dialog.waitFor({ state: 'detached' })
    await until('the till is told', 15, async () => {
      return (await fleet.askReturnAgain(storeId, questionId)).verdict === verdict
    })
    deepEqual(complaints, [])

    // One thread holds it all, from the question to the outcome, for the manager and for the auditor.
    const { items } = await fleet.ask<{ items: { traceId: string }[] }>(
      `/v1/feed?limit=1&storeId=${storeId}&type=return.requested`,
    )
    const traceId = items[0]?.traceId ?? ''
    await until('the outcome is in the ledger', 10, async () => {
      const { ledger } = await fleet.ask<{ ledger: { kind: string }[] }>(`/v1/threads/${traceId}`)
      const kinds = new Set(ledger.map(({ kind }) => kind))
      return [...steps, entry].every((kind) => kinds.has(kind))
    })
    await page.goto(`${fleet.hubUrl}/threads/${traceId}`)
    await page.getByText('Seen at the counter').first().waitFor()
    await page.close()
  })
