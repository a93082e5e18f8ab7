/** What the hub can be told, read once at start. */
import { z } from 'zod'
import { KafkaConfig } from '../stream/kafka-config.ts'

export const HubConfig = z.object({
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65535).default(8080),
  /** Owner of the databases; used for migrations only. The application connects as `tillway_app`. */
  databaseUrl: z.string().min(1),
  appRolePassword: z.string().min(16),
  /** Where a monitor reads `GET /metrics`, without credentials: never to be reached from outside. */
  metricsPort: z.coerce.number().int().min(1).max(65535).optional(),
  /** Cells that this hub serves; each is a database of its own. */
  regions: z
    .string()
    .default('us,eu')
    .transform((list) => list.split(',').map((region) => region.trim()))
    .pipe(z.array(z.string().regex(/^[a-z]{2,12}$/)).min(1)),
  /** Told apart from other chains on the same server. */
  databasePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/)
    .default('tillway'),
  organisationFile: z.string().min(1),
  /** Signs sessions and agents' tokens: 32 random bytes or more, in base64. */
  sessionKey: z.string().min(43),
  /** Signs checkpoints of the ledger: an Ed25519 private key in PEM. */
  ledgerKey: z.string().min(1),
  /** Bearer token of the operator's command line; absent: none is accepted. */
  operatorToken: z.string().min(32).optional(),
  /** Lets anybody who reaches this hub sign in as a persona; for demonstrations on one machine. */
  demoSignIn: z.stringbool().default(false),
  /** Allows that on other addresses too: in a container whose port is published on its machine alone. */
  demoBeyondLoopback: z.stringbool().default(false),
  consoleDir: z.string().optional(),
  /** After the signal to stop: answers go on while `/readyz` says no, so that balancers turn away first. */
  drainSeconds: z.coerce.number().min(0).max(120).default(0),
  databasePoolMax: z.coerce.number().int().min(2).max(100).default(10),
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  /** What carries events to their readers. */
  stream: z.enum(['postgres', 'kafka']).default('postgres'),
  /** Agents may link by Kafka too; whatever the stream is. */
  agentsOnKafka: z.stringbool().default(false),
  ...KafkaConfig.shape,
})
export type HubConfig = z.infer<typeof HubConfig>
