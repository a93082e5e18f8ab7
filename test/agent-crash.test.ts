/** Killed at once; by Kafka the same is held in test/kafka/agent-link.kafka.ts. And keys of other data. */
import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { startAgent } from '../src/agent/agent.ts'
import { Fault } from '../src/base/fault.ts'
import { silentLog } from '../src/base/log.ts'
import { checkCrash } from './agent/crash-suite.ts'
import { configFor, findCorner } from './agent/harness.ts'

checkCrash()

test('keys that do not belong to the data are refused before anything is written', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tillway-keys-'))
  writeFileSync(join(dataDir, 'token.key'), Buffer.alloc(32, 5).toString('hex'))
  const config = configFor(dataDir, 'http://127.0.0.1:9', 'http://127.0.0.1:9')
  const deps = { findConnector: findCorner, log: silentLog }
  await (await startAgent(config, deps)).close()
  for (const name of ['vault', 'token']) {
    const other = join(dataDir, `other-${name}.key`)
    writeFileSync(other, Buffer.alloc(32, 6).toString('base64'))
    const failure = await startAgent({ ...config, [`${name}KeyFile`]: other }, deps).catch(
      Fault.from,
    )
    ok(failure instanceof Fault)
    deepEqual([failure.code, failure.detail.field], ['config_invalid', `${name}KeyFile`])
  }
  rmSync(dataDir, { recursive: true })
})
