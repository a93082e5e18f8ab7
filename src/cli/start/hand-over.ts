/** What a new demo chain hands to hub and agents, as files: the organisation and the connections. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganisationFile } from '../../hub/organisation/file.ts'
import type { Simulator } from '../../simulator/simulator.ts'

export const organisationFileName = 'organisation.json'
export const connectionsFileName = (agentId: string) => `connections-${agentId}.json`
export const enrolmentCodesFileName = 'enrolment-codes.json'

/** Readable by this user only: connections hold secrets. */
function write(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
}

/** The folder holds the agents' enrolment codes already; only their hashes go to the hub. */
export function writeHandOver(folder: string, simulator: Simulator): void {
  mkdirSync(folder, { recursive: true })
  const codes = readCodes(folder)
  const { chain, districts, stores, agents, personas } = simulator.chain()
  const organisation: OrganisationFile = {
    chain,
    districts: [...districts],
    stores: stores.map(
      ({ storeId, chainId, regionId, districtId, name, currency, timeZone, cutOverHour }) => ({
        storeId,
        chainId,
        regionId,
        districtId,
        name,
        currency,
        timeZone,
        cutOverHour,
      }),
    ),
    registers: stores.flatMap(({ registers }) => registers),
    agents: agents.map(({ agentId, regionId, name, storeIds }) => ({
      agentId,
      regionId,
      name,
      storeIds: [...storeIds],
      enrolmentCodeSha256: createHash('sha256')
        .update(codes[agentId] ?? '')
        .digest('hex'),
    })),
    people: personas.map(({ personId, name, title, roles }) => ({
      personId,
      name,
      title,
      roles: roles.map(({ role, at }) => ({ role, at: { ...at } })),
    })),
  }
  write(join(folder, organisationFileName), organisation)
  for (const { agentId } of agents)
    write(join(folder, connectionsFileName(agentId)), simulator.connectionsOf(agentId))
}

function readCodes(folder: string): Record<string, string> {
  const path = join(folder, enrolmentCodesFileName)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
}
