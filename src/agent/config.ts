/** What an agent is configured with, read once at start. Secrets only by reference: text, variable or file. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { idSchema } from '../base/ids.ts'
import { Currency } from '../base/money.ts'
import { parse } from '../base/parse.ts'
import { Instant } from '../base/time.ts'
import { RegionId } from '../retail/organisation.ts'
import { KafkaClientConfig } from '../stream/kafka-config.ts'

/** Text in place is for tests and the demo; a real store names a variable or a file. */
export const SecretReference = z.union([
  z.string().min(1),
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
])
export type SecretReference = z.infer<typeof SecretReference>

export const ConnectionEntry = z.strictObject({
  connectionId: idSchema('connection'),
  vendor: z.string().min(1),
  chainId: idSchema('chain'),
  regionId: RegionId,
  apiBaseUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  webhookUrl: z.url(),
  settings: z.unknown().default({}),
  secrets: z.record(z.string(), SecretReference).default({}),
  stores: z
    .array(
      z.strictObject({
        storeId: idSchema('store'),
        externalId: z.string().min(1),
        currency: Currency,
        timeZone: z.string().min(1),
        registers: z.record(z.string(), idSchema('register')),
      }),
    )
    .min(1),
  credentials: z
    .strictObject({ accessToken: SecretReference, refreshToken: SecretReference.optional() })
    .optional(),
  /** The first sweep goes back to here. */
  startsAt: Instant,
})
export type ConnectionEntry = z.infer<typeof ConnectionEntry>

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback)

export const AgentConfig = z.object({
  agentId: idSchema('agent'),
  hubUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** Needed once: on the first start with this data directory. */
  enrolmentCode: z.string().min(16).optional(),
  dataDir: z.string().min(1),
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(8090),
  /** JSON: an array of connections. */
  connectionsFile: z.string().optional(),
  /** 32 bytes or more, the same for every agent of a region. */
  tokenKeyFile: z.string().min(1),
  /** 32 bytes, this agent's own; made on first start where the file is missing. */
  vaultKeyFile: z.string().min(1),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  outboxRowsMax: count(2_000_000),
  deadLettersMax: count(20_000),
  bodyBytesMax: count(2_000_000),
  /** How long a register's question may wait for the hub before the agent decides alone. */
  decisionDeadlineMs: count(300),
  batchLingerMs: z.coerce.number().int().min(0).default(5),
  stateEverySeconds: z.coerce.number().positive().default(5),
  bundleEverySeconds: z.coerce.number().positive().default(60),
  /** In place of the vendors' own intervals; for demonstrations whose clock runs faster. */
  sweepEverySeconds: z.coerce.number().positive().optional(),
  /** How events go up and commands come down; all else goes by HTTPS. */
  link: z.enum(['https', 'kafka']).default('https'),
  ...KafkaClientConfig.shape,
})

/** In one process with others, the connections are handed over in place of a file. */
export type AgentConfig = z.input<typeof AgentConfig> & {
  readonly connections?: readonly z.input<typeof ConnectionEntry>[]
}
export type AgentSettings = z.infer<typeof AgentConfig>

/** @throws Fault config_invalid naming the field */
export function readSettings(config: AgentConfig): {
  settings: AgentSettings
  connections: ConnectionEntry[]
} {
  const settings = parse(AgentConfig, config, 'config_invalid')
  const given = config.connections ?? readConnectionsFile(settings.connectionsFile)
  return { settings, connections: parse(z.array(ConnectionEntry), given, 'config_invalid') }
}

function readConnectionsFile(path: string | undefined): unknown {
  if (path === undefined)
    throw new Fault('config_invalid', { field: 'connectionsFile', expected: 'a JSON file' })
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Fault(
      'config_invalid',
      { field: 'connectionsFile', expected: 'a readable JSON file' },
      cause,
    )
  }
}

/** @throws Fault config_invalid naming `field`, never the value */
export function readSecret(reference: SecretReference, field: string): string {
  if (typeof reference === 'string') return reference
  if ('env' in reference) {
    const value = process.env[reference.env]
    if (value === undefined || value === '')
      throw new Fault('config_invalid', { field, expected: `the variable ${reference.env} set` })
    return value
  }
  try {
    return readFileSync(reference.file, 'utf8').trim()
  } catch (cause) {
    throw new Fault('config_invalid', { field, expected: 'a readable file' }, cause)
  }
}
