/** The examples in the guide to connecting a store are ones that hub, agent and connectors accept. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { z } from 'zod'
import { ConnectionEntry } from '../src/agent/config.ts'
import { CompanionQuestion } from '../src/agent/questions/companion.ts'
import { verifyWebhook } from '../src/base/standard-webhooks.ts'
import { connectors, findConnector } from '../src/connectors/index.ts'
import { readOrganisationFile } from '../src/hub/organisation/file.ts'

const guide = readFileSync(new URL('../docs/guides/connect-a-store.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) => text)
const shell = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text = '']) => text)
const [organisation = '', connections = '', question = ''] = blocks

test('the organisation file is one that a hub reads', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tillway-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'organisation.json')
  writeFileSync(path, organisation)
  equal(readOrganisationFile(path).chain.chainId, 'chn_example')
})

test('the connections are one for each vendor, with its settings and all of its secrets', () => {
  const entries = z.array(ConnectionEntry).parse(JSON.parse(connections))
  deepEqual(
    entries.map(({ vendor }) => vendor),
    connectors.map(({ vendor }) => vendor),
  )
  for (const { vendor, settings, secrets, connectionId, webhookUrl } of entries) {
    const connector = findConnector(vendor)
    ok(connector?.settings.safeParse(settings).success, `settings of ${vendor}`)
    deepEqual(
      Object.keys(connector.secrets).filter((name) => secrets[name] === undefined),
      [],
      `secrets of ${vendor}`,
    )
    ok(webhookUrl.endsWith(`/webhooks/${connectionId}`))
  }
})

test('the companion’s question is one, and the commands sign it as the agent verifies', (t) => {
  CompanionQuestion.parse(JSON.parse(question))
  const folder = mkdtempSync(join(tmpdir(), 'tillway-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'question.json'), question)
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const script = shell.find((text) => text.includes('openssl dgst')) ?? ''
  const [signing = ''] = script.split('\ncurl ')
  const said = execFileSync(
    'sh',
    ['-c', `${signing}\nprintf '%s\\n%s\\n%s' "$at" "$signature" "$body"`],
    {
      cwd: folder,
      env: { ...process.env, SECRET: secret },
      encoding: 'utf8',
    },
  )
  const [at = '', signature = '', ...body] = said.split('\n')
  const headers = {
    'webhook-id': 'q-1',
    'webhook-timestamp': at,
    'webhook-signature': `v1,${signature}`,
  }
  verifyWebhook(secret, headers, body.join('\n'), Date.now() / 1000)
})
