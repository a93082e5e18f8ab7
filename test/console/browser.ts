/** Starts a real Chromium with a fresh profile, and watches what a page must never do. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** @throws when there is none: a browser test that skips itself would prove nothing */
export function findChromium(): string {
  const named = process.env.TILLWAY_CHROMIUM
  const found = named ?? usualPaths.find((path) => existsSync(path))
  if (found === undefined || !existsSync(found))
    throw new Error('No Chromium found: install one, or set TILLWAY_CHROMIUM to its path.')
  return found
}

const quietArgs = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface View {
  readonly viewport: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
}

export const desktop: View = { viewport: { width: 1440, height: 900 } }
export const phone: View = { viewport: { width: 360, height: 740 } }

export interface Browser {
  readonly context: BrowserContext
  /** A page whose console errors and requests beyond `origin` are kept. */
  open(origin: string, view?: View): Promise<WatchedPage>
  close(): Promise<void>
}

export interface WatchedPage {
  readonly page: Page
  /** What went wrong so far; empty is what a test wants. */
  readonly complaints: string[]
}

export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'tillway-browser-'))
  const isRoot = process.getuid?.() === 0
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: [...quietArgs, ...(isRoot ? ['--no-sandbox'] : [])],
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(10_000)
  return {
    context,
    async open(origin, view = desktop) {
      const page = await context.newPage()
      await page.setViewportSize(view.viewport)
      await page.emulateMedia({ colorScheme: view.colorScheme ?? 'light', reducedMotion: 'reduce' })
      return { page, complaints: watch(page, origin) }
    },
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

function watch(page: Page, origin: string): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    // A refused request is a matter of the test; the browser reports each as an error of its own.
    if (message.text().startsWith('Failed to load resource')) return
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:'))
      complaints.push(`external request: ${url}`)
  })
  return complaints
}
