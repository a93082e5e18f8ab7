/**
 * The house, held from the first day: floors, no circles, vendors that do not know each other,
 * contracts that do not know their instances, an agent that stays light.
 */
import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../src/', import.meta.url))

const floors: Record<string, number> = {
  base: 1,
  retail: 2,
  privacy: 3,
  governance: 3,
  stream: 3,
  ledger: 3,
  models: 3,
  actions: 3,
  connectors: 4,
  link: 4,
  workflows: 5,
  hub: 6,
  agent: 6,
  simulator: 6,
  console: 7,
  cli: 7,
}

interface Import {
  readonly from: string
  readonly to: string
  readonly isTypeOnly: boolean
  /** Loaded where it is needed only. */
  readonly isDynamic: boolean
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => path.replaceAll('\\', '/'))
const sources = files.filter((path) => !/\.test\.tsx?$/.test(path))

/** Imports and re-exports of files of ours; packages are looked at apart. */
const statement =
  /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm

function importsOf(path: string): { ours: Import[]; packages: string[] } {
  const text = readFileSync(join(root, path), 'utf8')
  const ours: Import[] = []
  const packages: string[] = []
  for (const [, type, from, bare, dynamic] of text.matchAll(statement)) {
    const target = from ?? bare ?? dynamic ?? ''
    const isTypeOnly = type !== undefined
    if (!target.startsWith('.')) {
      if (!isTypeOnly) packages.push(target)
      continue
    }
    const to = relative(root, resolve(root, dirname(path), target)).replaceAll('\\', '/')
    ours.push({ from: path, to, isTypeOnly, isDynamic: dynamic !== undefined })
  }
  return { ours, packages }
}

const all = sources.map((path) => ({ path, ...importsOf(path) }))
const arrows = all.flatMap(({ ours }) => ours).filter(({ to }) => !to.startsWith('..'))
const roomOf = (path: string): string => path.split('/')[0] ?? ''
const vendorOf = (path: string): string | undefined =>
  /^(?:connectors|simulator\/vendors)\/([^/]+)\//.exec(path)?.[1]

test('every room has its floor', () => {
  ok(arrows.length > 500, 'the imports are found at all')
  deepEqual(
    [...new Set(files.map(roomOf))].filter((room) => floors[room] === undefined),
    [],
  )
})

test('an import only ever points down, or stays in its room', () => {
  const up = arrows.filter(({ from, to }) => {
    const [own = 0, other = 0] = [floors[roomOf(from)], floors[roomOf(to)]]
    return roomOf(from) !== roomOf(to) && other >= own
  })
  deepEqual(up, [])
})

test('no circles among files', () => {
  const next = new Map<string, string[]>()
  for (const { from, to, isTypeOnly } of arrows)
    if (!isTypeOnly) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const path: string[] = []
  const walk = (file: string): string[] | undefined => {
    const at = path.indexOf(file)
    if (at >= 0) return [...path.slice(at), file]
    if (done.has(file)) return undefined
    path.push(file)
    for (const other of next.get(file) ?? []) {
      const circle = walk(other)
      if (circle !== undefined) return circle
    }
    path.pop()
    done.add(file)
    return undefined
  }
  for (const file of sources) deepEqual(walk(file), undefined)
})

test('vendors do not know each other', () => {
  const knows = arrows.filter(({ from, to }) => {
    const [own, other] = [vendorOf(from), vendorOf(to)]
    return own !== undefined && other !== undefined && own !== other
  })
  deepEqual(knows, [])
})

test('simulator and connectors share no code', () => {
  const shared = arrows.filter(
    ({ from, to }) =>
      (roomOf(from) === 'simulator' && ['connectors', 'agent', 'hub'].includes(roomOf(to))) ||
      (roomOf(from) === 'connectors' && roomOf(to) === 'simulator'),
  )
  deepEqual(shared, [])
})

test('a contract never imports its instances', () => {
  const contracts = [
    { contract: 'connectors/connector.ts', instances: /^connectors\/[^/]+\// },
    { contract: 'connectors/capabilities.ts', instances: /^connectors\/[^/]+\// },
    { contract: 'workflows/workflow.ts', instances: /^workflows\/[^/]+\// },
    { contract: 'actions/action.ts', instances: /^actions\/(?!action\.ts)/ },
    { contract: 'stream/log.ts', instances: /^stream\/(postgres|kafka)/ },
    { contract: 'ledger/ledger.ts', instances: /^ledger\/postgres/ },
    { contract: 'simulator/emulator.ts', instances: /^simulator\/vendors\// },
  ]
  for (const { contract, instances } of contracts) {
    ok(sources.includes(contract), contract)
    deepEqual(
      arrows.filter(({ from, to }) => from === contract && instances.test(to)),
      [],
    )
  }
})

test('the hub knows no vendor by name', () => {
  const naming = sources
    .filter((path) => roomOf(path) === 'hub')
    .filter((path) =>
      /shopify|square|clover|lightspeed/i.test(readFileSync(join(root, path), 'utf8')),
    )
  deepEqual(naming, [])
})

test('hub and agent know each other by the link alone', () => {
  const rooms = new Set(['hub', 'agent', 'simulator'])
  const across = arrows.filter(
    ({ from, to }) =>
      rooms.has(roomOf(from)) && rooms.has(roomOf(to)) && roomOf(from) !== roomOf(to),
  )
  deepEqual(across, [])
})

test('only the agent and the command line that starts it reach the connectors', () => {
  const reach = arrows.filter(
    ({ from, to }) =>
      roomOf(to) === 'connectors' && !['connectors', 'agent', 'cli'].includes(roomOf(from)),
  )
  deepEqual(reach, [])
})

test('the console takes types only from below', () => {
  const values = arrows.filter(
    ({ from, to, isTypeOnly }) =>
      roomOf(from) === 'console' && roomOf(to) !== 'console' && !isTypeOnly,
  )
  deepEqual(values, [])
})

/** What is loaded when these files are; with `isLater` also by what they load when they need it. */
function packagesFrom(paths: readonly string[], isLater: boolean): string[] {
  const reached = new Set<string>()
  const packages = new Set<string>()
  const walk = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    const found = all.find((file) => file.path === path)
    for (const name of found?.packages ?? []) if (!name.startsWith('node:')) packages.add(name)
    for (const { to, isTypeOnly, isDynamic } of found?.ours ?? [])
      if (!isTypeOnly && (isLater || !isDynamic)) walk(to)
  }
  paths.forEach(walk)
  return [...packages]
}

test('the agent stays light: few packages, no database server, no browser', () => {
  const allowed = new Set([
    '@cedar-policy/cedar-wasm/nodejs',
    'fastify',
    'jose',
    'lru-cache',
    'pino',
    'zod',
  ])
  const strange = (isLater: boolean) =>
    packagesFrom(['agent/agent.ts'], isLater).filter((name) => !allowed.has(name))
  deepEqual(strange(false), [])
  // And Kafka's client where an agent is told to speak Kafka.
  deepEqual(strange(true), ['@platformatic/kafka'])
})

test('no file grows past five hundred lines', () => {
  const long = sources
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => text.split('\n').length > 500)
    .map(({ path }) => path)
  deepEqual(long, [])
})
