/**
 * Makes what deploy/compose.yaml hands to its containers: secrets of its own and the demo chain's
 * organisation. Run again it keeps what is there, since data was sealed with it.
 */
import { createHmac, randomBytes } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { organisationFileName, writeOrganisation } from '../src/cli/start/hand-over.ts'
import { agentIds, openInstallation } from '../src/cli/start/installation.ts'
import { demoChain } from '../src/simulator/demo-chain.ts'

/** `agt_us_east` listens in the container `agent-us-east`. */
export const agentUrls = Object.fromEntries(
  agentIds.map((agentId) => [agentId, `http://${containerOf(agentId)}:8090`]),
)
export const simulatorUrl = 'http://simulator:8070'

export function containerOf(agentId: string): string {
  return agentId.replace('agt_', 'agent_').replaceAll('_', '-')
}

export function prepareCompose(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Containers run as a user that the host does not know, and read the files by what is mounted of
  // them: the folder keeps others on this machine out.
  chmodSync(folder, 0o700)
  const { secrets, path, secretFile } = openInstallation(join(folder, 'installation'), false)
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    if (!existsSync(file)) writeFileSync(file, text)
    chmodSync(file, 0o444)
  }
  /** Passwords of the installation's own, each from its secret and a name. */
  const derived = (name: string) =>
    createHmac('sha256', secrets.installSecret).update(name).digest('base64url')
  const ownerPassword = derived('postgres setup role')
  write('superuser_password', derived('postgres superuser'))
  write('owner_password', ownerPassword)
  write('app_password', secrets.appRolePassword)
  write('database_url', `postgres://tillway_setup:${ownerPassword}@postgres:5432/tillway_control`)
  write('session_key', secrets.sessionKey)
  write('ledger_key', secrets.ledgerKey)
  write('operator_token', secrets.operatorToken)
  write('install_secret', secrets.installSecret)
  for (const region of ['us', 'eu'])
    write(`tokens_${region}`, readFileSync(secretFile(`tokens-${region}.key`), 'utf8'))
  for (const agentId of agentIds) {
    const name = agentId.slice('agt_'.length)
    write(`enrolment_${name}`, secrets.enrolmentCodes[agentId] ?? '')
    write(`vault_${name}`, randomBytes(32).toString('base64'))
  }
  const { installSecret, enrolmentCodes } = secrets
  const chain = demoChain({ seed: 'harbour', installSecret, simulatorUrl, agentUrls })
  writeOrganisation(path('demo'), chain, enrolmentCodes)
  copyFileSync(path('demo', organisationFileName), join(folder, organisationFileName))
  chmodSync(join(folder, organisationFileName), 0o444)
}

if (import.meta.main) {
  const folder = process.argv[2]
  if (folder === undefined) {
    process.stderr.write('usage: node scripts/prepare-compose.ts <folder>\n')
    process.exit(2)
  }
  prepareCompose(folder)
  process.stdout.write(`Secrets and organisation are in ${folder}; keep it to yourself.\n`)
}
