/** The console in a real browser, over HTTP, against recorded answers. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { seriousViolations } from './accessibility.ts'
import {
  type Browser,
  desktop,
  phone,
  startBrowser,
  type View,
  type WatchedPage,
} from './browser.ts'
import { feedItem } from './recorded-answers.ts'
import { type RecordedHub, startRecordedHub } from './recorded-hub.ts'

let hub: RecordedHub
let browser: Browser

before(async () => {
  const script = fileURLToPath(new URL('../../scripts/build-console.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [script, '--quiet'])
  browser = await startBrowser()
})
after(() => browser?.close())

/** Each test has a hub of its own, so that what one decides another does not miss. */
function consoleTest(name: string, run: (watched: WatchedPage) => Promise<void>, view?: View) {
  test(name, async () => {
    hub = await startRecordedHub()
    await browser.context.clearCookies()
    const watched = await browser.open(hub.origin, view)
    try {
      await run(watched)
      deepEqual(watched.complaints, [])
    } finally {
      await watched.page.close()
      await hub.close()
    }
  })
}

async function signIn(page: Page, path = '/') {
  await page.goto(hub.origin + path)
  await page.getByRole('button', { name: /Mara Lindqvist/ }).click()
  await page.getByRole('heading', { level: 1, name: /^(?!Who)/ }).waitFor()
}

const rows = (page: Page) =>
  page.getByRole('list', { name: 'Events, newest first' }).getByRole('link')
const card = (page: Page, asks: string) =>
  page.getByRole('listitem', { name: asks, exact: true }).first()

consoleTest(
  'sign-in finds a person, and leads back to the page that was wanted',
  async ({ page }) => {
    await page.goto(`${hub.origin}/stores?regionId=eu`)
    await page.getByText('This is the demo sign-in').waitFor()
    await page.getByLabel('Search by name, role or place').fill('mara')
    equal(await page.getByRole('button', { name: /Tom Okafor/ }).count(), 0)
    await page.getByRole('button', { name: /Mara Lindqvist/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Stores' }).waitFor()
    match(page.url(), /\/stores\?regionId=eu$/)
    await page.getByText('2 of 4 stores').waitFor()
    equal(await page.title(), 'Stores · Tillway')
  },
)

consoleTest(
  'signing out shows the sign-in, and a lost session leads there and back',
  async ({ page }) => {
    await signIn(page, '/approvals')
    hub.signOutAll()
    await page.getByRole('heading', { name: 'Who are you today?' }).waitFor()
    await page.getByRole('button', { name: /Mara Lindqvist/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor()
    await page.getByRole('button', { name: /account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Who are you today?' }).waitFor()
  },
)

consoleTest(
  'the feed shows what the stream sends, and holds still when paused',
  async ({ page }) => {
    await signIn(page)
    await rows(page).first().waitFor()
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const first = { ...feedItem(101, 0) }
    first.event.summary = 'Sale that just came in'
    hub.push(first)
    await rows(page).first().getByText('Sale that just came in').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    hub.push(feedItem(102, -1))
    hub.push(feedItem(103, -2))
    await page.getByRole('button', { name: '2 new events' }).waitFor()
    match((await rows(page).first().textContent()) ?? '', /Sale that just came in/)
    await page.getByRole('button', { name: '2 new events' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    equal(await rows(page).first().getAttribute('href'), '/threads/trace-103')
  },
)

consoleTest('an event that changes its outcome stays one row', async ({ page }) => {
  await signIn(page)
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  const item = feedItem(200, -5)
  hub.push({
    ...item,
    outcome: { action: 'return.accept', autonomy: 'approval', approvalState: 'open' },
  })
  await rows(page).first().getByText('Waiting for approval').waitFor()
  hub.push({
    ...item,
    outcome: {
      action: 'return.accept',
      autonomy: 'approval',
      approvalState: 'approved',
      commandState: 'verified',
    },
  })
  await rows(page).first().getByText('Approved, verified').waitFor()
  equal(await page.locator('a[href="/threads/trace-200"]').count(), 1)
})

consoleTest('filters stand in the address', async ({ page }) => {
  await signIn(page)
  await rows(page).first().waitFor()
  await page.getByRole('combobox', { name: 'Kind of event' }).click()
  await page.getByRole('option', { name: 'Returns' }).click()
  await page.waitForURL(/type=returns/)
  await rows(page).getByText('Return of').first().waitFor()
  equal(await rows(page).getByText('Sale of').count(), 0)
})

consoleTest('a thread opens and closes by keyboard, and gives the focus back', async ({ page }) => {
  await signIn(page)
  await rows(page).first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const thread = page.getByRole('dialog', { name: 'Thread' })
  await thread.getByText('Decision: accept a return').waitFor()
  for (const says of [
    'returns.need_the_manager',
    'return_risk@1',
    'Goods checked',
    'R-2071',
    '1041',
  ])
    await thread.getByText(says).first().waitFor()
  match(page.url(), /thread=trace-39/)
  await page.keyboard.press('Escape')
  await thread.waitFor({ state: 'hidden' })
  await page.waitForFunction(() =>
    document.activeElement?.getAttribute('href')?.endsWith('trace-39'),
  )
})

consoleTest('an approval is given with a reason, by keyboard', async ({ page }) => {
  await signIn(page, '/approvals')
  await card(page, 'Order 72 × 85123A for €306.00').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approve, because' })
  await dialog.waitFor()
  await page.keyboard.type('ok')
  await page.keyboard.press('Control+Enter')
  await dialog.getByText('At least 3 characters.').waitFor()
  await page.keyboard.type(' for the weekend')
  await page.keyboard.press('Control+Enter')
  await card(page, 'Order 72 × 85123A for €306.00').waitFor({ state: 'detached' })
  deepEqual(hub.approvals.decisions, [
    { approvalId: 'apr_2', decision: 'approve', reason: 'ok for the weekend' },
  ])
})

consoleTest(
  'a refusal is given with a usual reason, by thumb',
  async ({ page }) => {
    await signIn(page, '/approvals')
    await page
      .getByRole('button', { name: /^Refuse: Accept a return of €129.00/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog', { name: 'Refuse, because' })
    await dialog.getByText('Suspected abuse').click()
    await dialog.getByRole('button', { name: 'Refuse' }).click()
    await page.getByText('Refused', { exact: true }).waitFor()
    deepEqual(hub.approvals.decisions, [
      { approvalId: 'apr_1', decision: 'refuse', reason: 'Suspected abuse' },
    ])
  },
  phone,
)

consoleTest('what somebody else decided is said, and the list is read again', async ({ page }) => {
  await signIn(page, '/approvals')
  hub.approvals.refuseNext('conflict')
  await page.getByRole('button', { name: /^Approve: Order 72/ }).click()
  await page.getByRole('textbox', { name: 'Reason' }).fill('Stock checked')
  await page.keyboard.press('Control+Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('That has already been decided or changed.').waitFor()
  match((await alert.textContent()) ?? '', /Not approved: Order 72 × 85123A/)
  await card(page, 'Order 72 × 85123A for €306.00').waitFor({ state: 'detached' })
  deepEqual(hub.approvals.decisions, [])
})

consoleTest('a new approval is announced politely, on whichever page', async ({ page }) => {
  hub.approvals.holdBack('apr_2')
  await signIn(page)
  await page.getByRole('link', { name: /Approvals\s*2 waiting/ }).waitFor()
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  hub.approvals.bringIn()
  const outcome = {
    action: 'purchase_order.place',
    autonomy: 'approval',
    approvalState: 'open',
  } as const
  hub.push({ ...feedItem(300, 0), outcome })
  const log = page.getByRole('log', { name: 'New approvals' })
  await log.getByText('New approval: Order 72 × 85123A for €306.00, Berlin Mitte.').waitFor()
  equal(await log.getAttribute('aria-live'), 'polite')
})

consoleTest('stores sort, and say what their point of sale cannot do', async ({ page }) => {
  await signIn(page, '/stores')
  await page.getByRole('button', { name: 'Outbox' }).click()
  await page.waitForURL(/sort=outbox/)
  match((await page.getByRole('row').nth(1).textContent()) ?? '', /Austin South/)
  await page.getByRole('button', { name: 'Details of Chicago Loop' }).click()
  await page.getByText('Clover has no note on a closed sale.').waitFor()
})

const pages = [
  { path: '/', shows: 'Sale of' },
  { path: '/threads/trace-3', shows: 'Decision: accept a return' },
  { path: '/approvals', shows: 'If you approve' },
  { path: '/stores', shows: 'Berlin Mitte' },
]

const views: View[] = [
  { ...desktop, colorScheme: 'light' },
  { ...desktop, colorScheme: 'dark' },
  { ...phone, colorScheme: 'dark' },
]

for (const view of views)
  consoleTest(
    `every page suits everybody: ${view.colorScheme}, ${view.viewport.width} px`,
    async ({ page }) => {
      await page.goto(hub.origin)
      await page.getByRole('button', { name: /Mara Lindqvist/ }).waitFor()
      await check(page, '/sign-in')
      await signIn(page)
      for (const { path, shows } of pages) {
        await page.goto(hub.origin + path)
        await page.getByText(shows).first().waitFor()
        await check(page, path)
      }
      await page.goto(`${hub.origin}/approvals`)
      await page
        .getByRole('button', { name: /^Refuse/ })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
      await page.getByText('At least 3 characters.').waitFor()
      await check(page, 'the dialog')
    },
    view,
  )

async function check(page: Page, what: string) {
  deepEqual(await seriousViolations(page), [], what)
  const [needed, given] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ])
  ok(Number(needed) <= Number(given), `${what} scrolls sideways: ${needed} px of ${given}`)
}
