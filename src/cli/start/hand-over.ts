/** What a new demo chain hands to hub and agents, as files: the organisation and the connections. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganisationFile } from '../../hub/organisation/file.ts'
import type { DemoChain } from '../../simulator/demo-chain.ts'
import type { Simulator } from '../../simulator/simulator.ts'

export const organisationFileName = 'organisation.json'
export const connectionsFileName = (agentId: string) => `connections-${agentId}.json`

/** Readable by this user only: connections hold secrets. */
function write(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
}

/** Of a chain that agents have enrolment codes for; only the codes' hashes go to the hub. */
export function writeOrganisation(
  folder: string,
  { chain, districts, stores, agents, personas }: DemoChain,
  enrolmentCodes: Readonly<Record<string, string>>,
): void {
  mkdirSync(folder, { recursive: true })
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
        .update(enrolmentCodes[agentId] ?? '')
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
}

/** What each agent is told of its vendors, with the credentials that its accounts start with. */
export function writeConnections(folder: string, simulator: Simulator): void {
  mkdirSync(folder, { recursive: true })
  for (const { agentId } of simulator.chain().agents)
    write(join(folder, connectionsFileName(agentId)), simulator.connectionsOf(agentId))
}
