/** Logs: one line of JSON each on standard error, with what may be secret taken out by name. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { silentLog } from './log.ts'

/** Written by a process of its own, as the log goes to its standard error. */
function written(level: string, statements: string): Record<string, unknown>[] {
  const script = `import { createLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url))}
    const log = createLog('agent', ${JSON.stringify(level)}); ${statements}`
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  equal(child.status, 0, child.stderr)
  equal(child.stdout, '')
  return child.stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

test('secrets are removed wherever they usually stand, and the rest is kept', () => {
  const [line] = written(
    'info',
    `log.info({ accessToken: 's3cret', storeId: 'str_1', request: { headers: { authorization: 's3cret' } },
      connection: { clientSecret: 's3cret', password: 's3cret' }, headers: { cookie: 's3cret' } }, 'Connected.')`,
  )
  ok(!JSON.stringify(line).includes('s3cret'))
  equal(line?.storeId, 'str_1')
  equal(line?.part, 'agent')
  equal(line?.msg, 'Connected.')
})

test('below its level nothing is written', () => {
  deepEqual(
    written('warn', `log.info('no'); log.warn('yes')`).map(({ msg }) => msg),
    ['yes'],
  )
})

test('the silent log is silent', () => equal(silentLog.isLevelEnabled('fatal'), false))
