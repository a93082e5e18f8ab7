/** The command line as a person uses it: help, exit codes, and what each command finds and says. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { defaultPolicies } from '../../src/governance/defaults.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { enrolAgent, sale, startTestHub } from '../hub/harness.ts'
import { type Ended, operatorOf, tillway } from './run.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const folder = mkdtempSync(join(tmpdir(), 'tillway-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const hub = await startTestHub()
const agent = await enrolAgent(hub, 'agt_us')
const operator = operatorOf(hub)
const asked = agent.event('return.requested', 'str_boston', {
  returnId: 'ret-c',
  saleId: 'sal_c.1',
  currency: 'USD',
  amountMinor: 1000,
  lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: 1000 }],
})
await agent.send([asked, agent.event('sale.completed', 'str_boston', sale('sal_c.1', 1000))])
const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
const decided = (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(asked), local }))
  .body as Body
const traceId = asked.traceparent.slice(3, 35)

/** A fault is one line, then at most one with the way out; never a stack. */
function isClear({ code, out, err }: Ended, wants: RegExp): void {
  equal(code, 3, err)
  equal(out, '')
  match(err, wants)
  const lines = err.trim().split('\n')
  ok(lines.length <= 2 && !/\n\s+at /.test(err), err)
}

const commands = [
  [],
  ['start'],
  ['hub'],
  ['agent'],
  ['simulate'],
  ['trace'],
  ['audit'],
  ['audit', 'verify'],
  ['replay'],
  ['replay', 'decisions'],
  ['replay', 'dead-letters'],
  ['doctor'],
]
test('each command has help, and asking for it is no mistake', async () => {
  const ended = await Promise.all(commands.map((words) => tillway([...words, '--help'])))
  ended.forEach(({ code, out, err }, index) => {
    const words = commands[index] as string[]
    deepEqual([code, err], [0, ''], words.join(' '))
    ok(out.startsWith(`Usage: ${['tillway', ...words].join(' ')} [options]`), out)
  })
  match(ended[0]?.out ?? '', /Exit codes: 0 done, 1 .*, 2 wrong usage, 3 could not be done/)
})

const misuses: readonly [string[], RegExp, Record<string, string>?][] = [
  [[], /Usage: tillway/],
  [['sell'], /unknown command 'sell'/],
  [['trace'], /missing required argument 'id'/],
  [['trace', 'a', 'b'], /too many arguments/],
  [['trace', '--loud', 'x'], /unknown option '--loud'/],
  [['audit'], /Usage: tillway audit/],
  [['audit', 'verify', '--region'], /argument missing/],
  [['replay', 'decisions', '--limit', 'many'], /a number from 1 to 5000/],
  [['start', '--port', 'http'], /a port from 1 to 65535/],
  [['start', '--speed', '0'], /a number from 1 to 100000/],
  [['start'], /TILLWAY_PORT.*a port from 1 to 65535/s, { TILLWAY_PORT: 'http' }],
]
test('wrong usage exits with 2, says what was wrong and shows the help', async () => {
  const ended = await Promise.all(misuses.map(([words, , env]) => tillway(words, env)))
  ended.forEach(({ code, out, err }, index) => {
    const [words, says] = misuses[index] as (typeof misuses)[number]
    deepEqual([code, out], [2, ''], `${words.join(' ')}: ${err}`)
    match(err, says)
    match(err, /Usage: tillway/)
  })
})

test('without a hub, or with the wrong token, a command says so and exits with 3', async () => {
  const nowhere = { ...operator, TILLWAY_HUB_URL: 'http://127.0.0.1:9' }
  const page = createServer((_, response) => response.end('<html>another program</html>'))
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
  const elsewhere = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
  const [trace, audit, replay, alien, other, none] = await Promise.all([
    tillway(['trace', traceId], nowhere),
    tillway(['audit', 'verify', '--json'], nowhere),
    tillway(['replay', 'decisions'], nowhere),
    tillway(['trace', traceId], { ...operator, TILLWAY_HUB_URL: elsewhere }),
    tillway(['trace', traceId], { ...operator, TILLWAY_OPERATOR_TOKEN: 'x'.repeat(40) }),
    tillway(['audit', 'verify', '--data-dir', join(folder, 'nothing')]),
  ])
  page.close()
  for (const ended of [trace, audit, replay])
    isClear(ended, /^tillway: not_ready: .*http:\/\/127\.0\.0\.1:9/)
  isClear(alien, /^tillway: not_ready: .*a hub, not a page/)
  isClear(other, /^tillway: unauthenticated: .*\n {2}.*TILLWAY_OPERATOR_TOKEN/)
  isClear(none, /^tillway: config_invalid: .*--data-dir/)
})

test('trace prints the whole thread by any id of it, in words', async () => {
  const commandId = decided.commands[0].commandId
  const ids = [traceId, asked.id, decided.proposalId, commandId]
  const ended = await Promise.all(ids.map((id) => tillway(['trace', id], operator)))
  for (const { code, out, err } of ended) {
    deepEqual([code, err], [0, ''])
    match(out, new RegExp(`^Thread ${traceId} in us\n`))
    match(out, /return\.requested {2}boston\n {2}\S.*\n {2}event [0-9a-f-]{36}, recorded /)
    match(out, /: automatic\n {2}\S.*\n {2}by guard_returns version /)
    match(out, /policies returns\.small_and_plain of [0-9a-f]{12}/)
    match(out, new RegExp(`command ${commandId} queued`))
    match(out, /Ledger\n(.*\n)*.*decision\.made/)
  }
})

test('trace --json is the thread itself; an unknown id is a fault', async () => {
  const [json, unknown, odd] = await Promise.all([
    tillway(['trace', asked.id, '--json'], operator),
    tillway(['trace', '00000000-0000-4000-8000-000000000000'], operator),
    tillway(['trace', '../../etc/passwd'], operator),
  ])
  equal(json.code, 0)
  const thread = JSON.parse(json.out)
  deepEqual([thread.traceId, thread.events[0].eventId], [traceId, asked.id])
  equal(thread.proposals[0].proposalId, decided.proposalId)
  isClear(unknown, /^tillway: not_found: /)
  isClear(odd, /^tillway: request_malformed: .*field id/)
})

test('replay decisions: with the policies in force nothing differs, with stricter ones it shows what', async () => {
  const stricter = `${defaultPolicies}
@id("returns.none_above_five") forbid (principal, action == Action::"return.accept", resource)
when { context.amountHundredths > 500 };`
  const replay = (...more: string[]) => tillway(['replay', 'decisions', ...more], operator)
  const [now, strict, json, broken, missing] = await Promise.all([
    replay(),
    replay('--policies', write('stricter.cedar', stricter)),
    replay('--json', '--policies', write('again.cedar', stricter)),
    replay('--policies', write('broken.cedar', 'permit (principal, action')),
    replay('--policies', join(folder, 'nothing.cedar')),
  ])
  deepEqual([now.code, now.err], [0, ''])
  match(now.out, /^us: 0 of 1 decisions would differ\neu: 0 of 0 decisions would differ\n$/)
  equal(strict.code, 1)
  match(strict.out, /^us: 1 of 1 decisions would differ\n/)
  match(
    strict.out,
    new RegExp(`${decided.proposalId} +str_boston +return\\.accept +automatic -> denied`),
  )
  equal(json.code, 1)
  const [us] = JSON.parse(json.out)
  deepEqual(us.changed.length, 1)
  deepEqual([us.changed[0].was, us.changed[0].wouldBe], ['automatic', 'denied'])
  isClear(broken, /^tillway: policy_invalid: /)
  isClear(missing, /^tillway: config_invalid: .*--policies/)
  const after = (await tillway(['trace', traceId, '--json'], operator)).out
  equal(JSON.parse(after).proposals[0].autonomy, 'automatic', 'a replay changes nothing')
})

test('replay dead-letters says what is still wrong with each, and exits with 1', async () => {
  const nothing = await tillway(['replay', 'dead-letters'], operator)
  deepEqual([nothing.code, nothing.out], [0, 'No dead letter waits.\n'])
  await agent.send([agent.event('sale.completed', 'str_boston', sale('not an id', 1))])
  const { code, out } = await tillway(['replay', 'dead-letters', '--json'], operator)
  equal(code, 1)
  const [letter] = JSON.parse(out)
  deepEqual([letter.regionId, letter.code], ['us', 'event_malformed'])
  match(letter.outcome, /^event_malformed: .*data\.saleId/)
})

test('doctor --json: what it looked at, with and without a hub', async () => {
  const token = write('operator.token', `${hub.config.operatorToken}\n`)
  write('operator.json', JSON.stringify({ hubUrl: hub.hub.url, tokenFile: token }))
  const free = String(await freePort())
  const empty = join(folder, 'empty')
  const doctor = (dataDir: string, env = {}) =>
    tillway(['doctor', '--json', '--data-dir', dataDir], env)
  const [without, odd, running] = await Promise.all([
    doctor(empty, { TILLWAY_PORT: free }),
    doctor(empty, { TILLWAY_PORT: 'http' }),
    doctor(folder),
  ])
  const stateOf = ({ out }: Ended, check: string) =>
    JSON.parse(out).find((one: Body) => one.check === check)?.state
  deepEqual([without.code, without.err], [0, ''])
  deepEqual([stateOf(without, 'Node'), stateOf(without, 'Port')], ['ok', 'ok'])
  equal(stateOf(without, 'Hub'), 'note')
  deepEqual([odd.code, odd.err, stateOf(odd, 'Port')], [1, '', 'wrong'])
  equal(running.code, 1, 'agents that never reported are something wrong')
  for (const check of ['Hub', 'Cell us', 'Cell eu']) equal(stateOf(running, check), 'ok', check)
  equal(stateOf(running, 'Agents'), 'wrong')
  equal(stateOf(running, 'Dead letters'), 'note')
})

test('a taken port or a data directory that cannot be gives one clear line and the way out', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const port = String((taken.address() as AddressInfo).port)
  const below = join(write('a-file', ''), 'below')
  const free = String(await freePort())
  const [start, dir, hubOnPort] = await Promise.all([
    tillway(['start', '--port', port, '--data-dir', join(folder, 'new')]),
    tillway(['start', '--port', free, '--data-dir', below]),
    tillway(['hub'], hubEnvironment(port)),
  ])
  isClear(start, /^tillway: port_taken: .*\n {2}Choose another/)
  isClear(dir, /^tillway: data_dir_unusable: .*a-file.*\n {2}Name a folder/)
  isClear(hubOnPort, /^tillway: port_taken: .*\n {2}Choose another/)
  taken.close()
})

test('a hub that is not told enough names what is missing', async () => {
  const { TILLWAY_SESSION_KEY: _, ...rest } = hubEnvironment('0')
  isClear(await tillway(['hub'], rest), /^tillway: config_invalid: .*TILLWAY_SESSION_KEY/)
})

function hubEnvironment(port: string): Record<string, string> {
  const { config } = hub
  return {
    DATABASE_URL: config.databaseUrl,
    TILLWAY_DATABASE_PREFIX: config.databasePrefix,
    TILLWAY_APP_ROLE_PASSWORD: config.appRolePassword,
    TILLWAY_ORGANISATION_FILE: config.organisationFile,
    TILLWAY_SESSION_KEY: config.sessionKey,
    TILLWAY_LEDGER_KEY: config.ledgerKey,
    TILLWAY_LOG_LEVEL: 'silent',
    TILLWAY_PORT: port,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
