/** The secrets of one installation: made at its first start, kept in its data directory, shown nowhere. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'

export const agentIds = ['agt_us_east', 'agt_us_west', 'agt_eu_north', 'agt_eu_south'] as const

const folders = ['secrets', 'demo', 'logs', 'agents', 'postgres', 'simulator']
/** Held by this process while it runs, so nobody else runs on the directory. */
const lockFiles = ['lock', 'lock-journal']

const Secrets = z.object({
  /** Tells this installation's databases apart on a server that was given. */
  installationId: z.string().regex(/^[a-z][a-z0-9]{1,20}$/),
  installSecret: z.string(),
  sessionKey: z.string(),
  operatorToken: z.string(),
  appRolePassword: z.string(),
  ledgerKey: z.string(),
  enrolmentCodes: z.record(z.string(), z.string()),
})
export type Secrets = z.infer<typeof Secrets>

export interface Installation {
  readonly dataDir: string
  readonly secrets: Secrets
  /** A path in the data directory. */
  path(...parts: string[]): string
  /** A file with a secret, for a `TILLWAY_…_FILE` variable. */
  secretFile(name: string): string
}

/** @throws Fault data_dir_unusable */
export function openInstallation(dataDir: string, isFresh: boolean): Installation {
  const path = (...parts: string[]) => join(dataDir, ...parts)
  try {
    if (isFresh) forget(dataDir)
    for (const folder of folders) mkdirSync(path(folder), { recursive: true })
    accessSync(dataDir, constants.W_OK)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const says = (cause as Error).message
    throw new Fault('data_dir_unusable', { field: '--data-dir', folder: dataDir, says }, cause)
  }
  const file = path('secrets', 'installation.json')
  if (!existsSync(file)) writeSecret(file, JSON.stringify(makeSecrets(), undefined, 2))
  const secrets = parse(Secrets, JSON.parse(readFileSync(file, 'utf8')), 'config_invalid')
  const secretFile = (name: string) => path('secrets', name)
  writeSecret(secretFile('session.key'), secrets.sessionKey)
  writeSecret(secretFile('operator.token'), secrets.operatorToken)
  writeSecret(secretFile('app-role.password'), secrets.appRolePassword)
  writeSecret(secretFile('ledger.pem'), secrets.ledgerKey)
  // Each region has a key of its own, so that tokens of one say nothing in another.
  for (const region of ['us', 'eu']) {
    const tokenKey = secretFile(`tokens-${region}.key`)
    if (!existsSync(tokenKey)) writeSecret(tokenKey, randomBytes(32).toString('base64'))
  }
  return { dataDir, secrets, path, secretFile }
}

/** Only what a Tillway made is removed: a mistyped folder must not cost somebody's files. */
function forget(dataDir: string): void {
  if (!existsSync(dataDir)) return
  const isOurs = existsSync(join(dataDir, 'secrets', 'installation.json'))
  const isEmpty = readdirSync(dataDir).every((name) => [...folders, ...lockFiles].includes(name))
  if (!isOurs && !isEmpty)
    throw new Fault('data_dir_unusable', {
      field: '--fresh',
      folder: dataDir,
      expected: 'a data directory of Tillway',
    })
  for (const name of readdirSync(dataDir))
    if (!lockFiles.includes(name)) rmSync(join(dataDir, name), { recursive: true, force: true })
}

function makeSecrets(): Secrets {
  const text = () => randomBytes(32).toString('base64url')
  return {
    installationId: `t${randomBytes(4).toString('hex')}`,
    installSecret: text(),
    sessionKey: randomBytes(32).toString('base64'),
    operatorToken: text(),
    appRolePassword: text(),
    ledgerKey: generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    enrolmentCodes: Object.fromEntries(agentIds.map((agentId) => [agentId, text()])),
  }
}

/** Whole or not at all: a start that is broken off leaves no half of a secret behind. */
function writeSecret(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
