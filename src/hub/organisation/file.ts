/** The organisation as a file that central IT keeps: chain, districts, stores, registers, agents, people. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { parse } from '../../base/parse.ts'
import { Chain, District, RegionId, Register, Store } from '../../retail/organisation.ts'
import { Persona } from '../views.ts'

export const EnrolledAgent = z.object({
  agentId: idSchema('agent'),
  regionId: RegionId,
  name: z.string().min(1).max(80),
  storeIds: z.array(idSchema('store')).min(1),
  /** SHA-256 of the one-time code, in hex; the code itself is only at the agent. */
  enrolmentCodeSha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type EnrolledAgent = z.infer<typeof EnrolledAgent>

export const OrganisationFile = z.object({
  chain: Chain,
  districts: z.array(District).min(1),
  stores: z.array(Store).min(1),
  registers: z.array(Register),
  agents: z.array(EnrolledAgent),
  people: z.array(Persona),
})
export type OrganisationFile = z.infer<typeof OrganisationFile>

/** @throws Fault config_invalid naming what in the file is wrong */
export function readOrganisationFile(path: string): OrganisationFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('config_invalid', { field: 'organisationFile', path }, cause)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Fault('config_invalid', { field: 'organisationFile', expected: 'JSON', path }, cause)
  }
  const file = parse(OrganisationFile, json, 'config_invalid')
  assertConsistent(file)
  return file
}

function assertConsistent(file: OrganisationFile): void {
  const districts = new Map(file.districts.map((district) => [district.districtId, district]))
  const stores = new Map(file.stores.map((store) => [store.storeId, store]))
  for (const store of file.stores) {
    const district = districts.get(store.districtId)
    if (district === undefined || district.regionId !== store.regionId)
      throw wrong(`stores.${store.storeId}.districtId`, 'a district of the same region')
    if (store.chainId !== file.chain.chainId)
      throw wrong(`stores.${store.storeId}.chainId`, file.chain.chainId)
  }
  for (const register of file.registers)
    if (!stores.has(register.storeId))
      throw wrong(`registers.${register.registerId}.storeId`, 'a store of this file')
  for (const agent of file.agents)
    for (const storeId of agent.storeIds)
      if (stores.get(storeId)?.regionId !== agent.regionId)
        throw wrong(`agents.${agent.agentId}.storeIds`, `stores of region ${agent.regionId}`)
}

function wrong(field: string, expected: string): Fault {
  return new Fault('config_invalid', { field, expected })
}
