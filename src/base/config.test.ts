/** Configuration: names of variables, files for secrets, and faults that name the variable. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { z } from 'zod'
import { readConfig } from './config.ts'

const Config = z.object({
  port: z.coerce.number().int().min(0).max(65535).default(8080),
  databaseUrl: z.string().optional(),
  sessionSecret: z.string().min(8),
})
const directory = mkdtempSync(join(tmpdir(), 'tillway-config-'))
after(() => rmSync(directory, { recursive: true }))
const secretPath = join(directory, 'secret')
writeFileSync(secretPath, 'from-a-file\n')

const rows = [
  {
    why: 'defaults',
    has: { TILLWAY_SESSION_SECRET: 'long-enough' },
    wants: { port: 8080, sessionSecret: 'long-enough' },
  },
  {
    why: 'camel case becomes underscores',
    has: { TILLWAY_SESSION_SECRET: 'long-enough', TILLWAY_PORT: '81' },
    wants: { port: 81, sessionSecret: 'long-enough' },
  },
  {
    why: 'an alias that the world uses',
    has: {
      DATABASE_URL: 'postgres://x',
      TILLWAY_DATABASE_URL: 'no',
      TILLWAY_SESSION_SECRET: 'long-enough',
    },
    wants: { port: 8080, databaseUrl: 'postgres://x', sessionSecret: 'long-enough' },
  },
  {
    why: 'a secret from a file, without its line end',
    has: { TILLWAY_SESSION_SECRET_FILE: secretPath },
    wants: { port: 8080, sessionSecret: 'from-a-file' },
  },
  {
    why: 'the variable before the file',
    has: { TILLWAY_SESSION_SECRET: 'from-itself', TILLWAY_SESSION_SECRET_FILE: secretPath },
    wants: { port: 8080, sessionSecret: 'from-itself' },
  },
  {
    why: 'an empty variable counts as none',
    has: { TILLWAY_PORT: '', TILLWAY_SESSION_SECRET: '', TILLWAY_SESSION_SECRET_FILE: secretPath },
    wants: { port: 8080, sessionSecret: 'from-a-file' },
  },
]
for (const { why, has, wants } of rows)
  test(why, () => deepEqual(readConfig(Config, has, { databaseUrl: 'DATABASE_URL' }), wants))

test('what does not fit names the variable, never its value', () => {
  const environment = { TILLWAY_PORT: '99999', TILLWAY_SESSION_SECRET: 'long-enough' }
  throws(
    () => readConfig(Config, environment),
    (error: { code: string; message: string; detail: { field: string } }) => {
      equal(error.detail.field, 'TILLWAY_PORT')
      return error.code === 'config_invalid' && !error.message.includes('99999')
    },
  )
  throws(() => readConfig(Config, {}), {
    detail: {
      field: 'TILLWAY_SESSION_SECRET',
      expected: 'Invalid input: expected string, received undefined',
    },
  })
})

test('a file that cannot be read names its variable', () => {
  throws(() => readConfig(Config, { TILLWAY_SESSION_SECRET_FILE: join(directory, 'none') }), {
    code: 'config_invalid',
    detail: { field: 'TILLWAY_SESSION_SECRET_FILE', expected: 'a readable file' },
  })
})
