/** A region's cell, opened: its database, its event log, its ledger. Data of a cell stays in it. */

import { createPrivateKey } from 'node:crypto'
import { type Database, openDatabase } from '../base/postgres.ts'
import { prepareCell } from '../base/postgres-cell.ts'
import { runMigrations } from '../base/postgres-migrations.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createPostgresLedger, ledgerMigrations } from '../ledger/postgres-ledger.ts'
import type { EventLog, OnDeliveryFault } from '../stream/log.ts'
import {
  createPostgresLog,
  type PostgresLogOptions,
  streamMigrations,
} from '../stream/postgres-log.ts'
import { type Changes, openChanges } from './changes.ts'
import type { HubConfig } from './config.ts'

export const appRole = 'tillway_app'

export interface Cell {
  readonly regionId: string
  readonly db: Database
  readonly log: EventLog
  readonly ledger: Ledger
  readonly changes: Changes
  close(): Promise<void>
}

/** Makes the cell's database when it is missing, brings its tables up to date, and opens it. */
export async function openCell(
  config: HubConfig,
  regionId: string,
  onDeliveryFault: OnDeliveryFault,
): Promise<Cell> {
  const { ownerUrl, appUrl } = await prepareCell({
    adminUrl: config.databaseUrl,
    database: `${config.databasePrefix}_${regionId}`,
    appRole,
    appPassword: config.appRolePassword,
  })
  await runMigrations(
    ownerUrl,
    [new URL('./migrations/cell/', import.meta.url), streamMigrations, ledgerMigrations],
    { appRole },
  )
  const db = openDatabase({
    url: appUrl,
    applicationName: `tillway hub ${regionId}`,
    connectionsMax: config.databasePoolMax,
  })
  const log = await openLog(config, { db, url: appUrl, onFault: onDeliveryFault }, regionId)
  const ledger = createPostgresLedger({
    db,
    url: appUrl,
    signingKey: createPrivateKey(config.ledgerKey),
  })
  const changes = await openChanges(db, appUrl)
  return {
    regionId,
    db,
    log,
    ledger,
    changes,
    async close() {
      await changes.close()
      await log.close()
      await ledger.close()
      await db.destroy()
    },
  }
}

/** Kafka's client is loaded only where there is a Kafka. */
async function openLog(
  config: HubConfig,
  options: PostgresLogOptions,
  regionId: string,
): Promise<EventLog> {
  if (config.stream === 'postgres') return createPostgresLog(options)
  const { createKafkaLog } = await import('../stream/kafka-log.ts')
  return createKafkaLog({ ...options, kafka: config, regionId })
}
