/** The control plane's database: the organisation and the policies in force. */
import { sql } from 'kysely'
import { type Database, inChain, openDatabase, type Tx } from '../base/postgres.ts'
import { prepareCell } from '../base/postgres-cell.ts'
import { runMigrations } from '../base/postgres-migrations.ts'
import { defaultPolicies, defaultSchema } from '../governance/defaults.ts'
import { createPolicyEngine, type PolicyEngine } from '../governance/policy.ts'
import { appRole } from './cells.ts'
import type { HubConfig } from './config.ts'
import type { OrganisationFile } from './organisation/file.ts'

export interface ActivePolicies {
  readonly text: string
  readonly engine: PolicyEngine
}

export interface Control {
  readonly db: Database
  /** Writes the file's organisation over what was there; nodes that left the file stay. */
  saveOrganisation(file: OrganisationFile): Promise<void>
  /** The chain's policies; the default ones when it has none yet. @throws Fault policy_invalid */
  activePolicies(chainId: string): Promise<ActivePolicies>
}

export async function openControl(config: HubConfig): Promise<Control> {
  const { ownerUrl, appUrl } = await prepareCell({
    adminUrl: config.databaseUrl,
    database: `${config.databasePrefix}_control`,
    appRole,
    appPassword: config.appRolePassword,
  })
  const migrations = [new URL('./migrations/control/', import.meta.url)]
  await runMigrations(ownerUrl, migrations, { appRole })
  const db = openDatabase({
    url: appUrl,
    applicationName: 'tillway hub control',
    connectionsMax: 3,
  })
  return {
    db,
    saveOrganisation: (file) => inChain(db, file.chain.chainId, (tx) => save(tx, file)),
    activePolicies: (chainId) => inChain(db, chainId, (tx) => loadPolicies(tx, chainId)),
  }
}

async function save(tx: Tx, file: OrganisationFile): Promise<void> {
  const { chainId, name } = file.chain
  await sql`insert into chain (chain_id, name) values (${chainId}, ${name})
    on conflict (chain_id) do update set name = excluded.name`.execute(tx)
  const rows = (items: readonly object[]) =>
    JSON.stringify(items.map((item) => ({ ...item, chainId })))
  await sql`insert into district (chain_id, district_id, region_id, name)
    select "chainId", "districtId", "regionId", name
    from jsonb_to_recordset(${rows(file.districts)}::jsonb)
      as d("chainId" text, "districtId" text, "regionId" text, name text)
    on conflict (chain_id, district_id) do update
      set region_id = excluded.region_id, name = excluded.name`.execute(tx)
  await sql`insert into store
    select "chainId", "storeId", "regionId", "districtId", name, currency, "timeZone", "cutOverHour"
    from jsonb_to_recordset(${rows(file.stores)}::jsonb)
      as s("chainId" text, "storeId" text, "regionId" text, "districtId" text, name text,
           currency text, "timeZone" text, "cutOverHour" int)
    on conflict (chain_id, store_id) do update
      set region_id = excluded.region_id, district_id = excluded.district_id, name = excluded.name,
        currency = excluded.currency, time_zone = excluded.time_zone,
        cut_over_hour = excluded.cut_over_hour`.execute(tx)
  await sql`insert into register (chain_id, register_id, store_id, name)
    select "chainId", "registerId", "storeId", name
    from jsonb_to_recordset(${rows(file.registers)}::jsonb)
      as r("chainId" text, "registerId" text, "storeId" text, name text)
    on conflict (chain_id, register_id) do update
      set store_id = excluded.store_id, name = excluded.name`.execute(tx)
  await sql`insert into person (chain_id, person_id, name, title, roles)
    select "chainId", "personId", name, title, roles
    from jsonb_to_recordset(${rows(file.people)}::jsonb)
      as p("chainId" text, "personId" text, name text, title text, roles jsonb)
    on conflict (chain_id, person_id) do update
      set name = excluded.name, title = excluded.title, roles = excluded.roles`.execute(tx)
}

async function loadPolicies(tx: Tx, chainId: string): Promise<ActivePolicies> {
  const { rows } = await sql<{ policies: string }>`
    select policies from policy_active join policy_version using (chain_id, policy_hash)
    where chain_id = ${chainId}`.execute(tx)
  const known = rows[0]?.policies
  if (known !== undefined) return { text: known, engine: createPolicyEngine(known, defaultSchema) }
  const engine = createPolicyEngine(defaultPolicies, defaultSchema)
  await sql`insert into policy_version (chain_id, policy_hash, policies, created_by)
    values (${chainId}, ${engine.hash}, ${defaultPolicies}, 'hub')
    on conflict do nothing`.execute(tx)
  await sql`insert into policy_active (chain_id, policy_hash) values (${chainId}, ${engine.hash})
    on conflict do nothing`.execute(tx)
  return { text: defaultPolicies, engine }
}
