/** How a process reaches Kafka: keys that its configuration takes up, and the client's options from them. */
import { isIP } from 'node:net'
import type { BaseOptions } from '@platformatic/kafka'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { createTokenSource } from './kafka-token.ts'

const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
  oauthbearer: 'OAUTHBEARER',
} as const

export const KafkaConfig = z.object({
  /** `host:port`, by comma; as a list, what was read before. */
  kafkaBrokers: z
    .union([
      z.string().transform((list) => list.split(',').map((broker) => broker.trim())),
      z.array(z.string()),
    ])
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/)).min(1))
    .optional(),
  /** Topics are `<prefix>.<region>.events` and so on. */
  kafkaTopicPrefix: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,60}$/)
    .default('tillway'),
  /** Of topics that are missing and made at start. */
  kafkaPartitionsCount: z.coerce.number().int().min(1).max(1000).default(12),
  /** Absent: the brokers' own default. */
  kafkaReplicasCount: z.coerce.number().int().min(1).max(10).optional(),
  /** Events of a region that may wait for Kafka; with more, hubs take in no others. */
  kafkaBacklogMax: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  /** Kept over a restart by a process that always has the same name: its partitions then wait for it. */
  kafkaInstanceId: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,100}$/)
    .optional(),
  kafkaTls: z.union([z.boolean(), z.stringbool()]).default(false),
  /** PEM: whom to trust in place of the public authorities. */
  kafkaCa: z.string().optional(),
  /** PEM: for brokers that ask for a certificate. */
  kafkaCertificate: z.string().optional(),
  kafkaKey: z.string().optional(),
  kafkaSasl: z
    .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .default('none'),
  /** With `oauthbearer`: the client's id at the token endpoint. */
  kafkaUsername: z.string().optional(),
  /** With `oauthbearer`: the client's secret at the token endpoint. */
  kafkaPassword: z.string().optional(),
  /** OAuth 2.0 token endpoint, asked by `client_credentials`. */
  kafkaTokenUrl: z.url().optional(),
  kafkaTokenScope: z.string().optional(),
})
export type KafkaConfig = z.infer<typeof KafkaConfig>

/** Of a process that only uses what topics there are, and is no member of a group. */
export const KafkaClientConfig = KafkaConfig.omit({
  kafkaPartitionsCount: true,
  kafkaReplicasCount: true,
  kafkaBacklogMax: true,
  kafkaInstanceId: true,
})
export type KafkaClientConfig = z.infer<typeof KafkaClientConfig>

/** Kept small, so that a broker that went away is noticed in seconds. */
const patience = { connectTimeout: 3_000, timeout: 5_000, retries: 3, retryDelay: 250 } as const

/**
 * @returns what every client of this process is made with
 * @throws Fault config_invalid naming the variable
 */
export function kafkaClientOptions(config: KafkaClientConfig, clientId: string): BaseOptions {
  if (config.kafkaBrokers === undefined)
    throw new Fault('config_invalid', { field: 'TILLWAY_KAFKA_BROKERS', expected: 'host:port,…' })
  const sasl = saslOf(config)
  return {
    clientId,
    bootstrapBrokers: config.kafkaBrokers,
    ...patience,
    ...(config.kafkaTls && { tls: tlsOf(config), tlsServerName: areNames(config.kafkaBrokers) }),
    ...(sasl && { sasl }),
  }
}

/** By its name a broker behind a proxy is found; an address cannot be told to it as one. */
function areNames(brokers: readonly string[]): boolean {
  return brokers.every((broker) => isIP(broker.replace(/:\d+$/, '').replace(/[[\]]/g, '')) === 0)
}

function tlsOf({ kafkaCa, kafkaCertificate, kafkaKey }: KafkaClientConfig) {
  if ((kafkaCertificate === undefined) !== (kafkaKey === undefined))
    throw new Fault('config_invalid', {
      field: kafkaKey === undefined ? 'TILLWAY_KAFKA_KEY' : 'TILLWAY_KAFKA_CERTIFICATE',
      expected: 'certificate and key together',
    })
  return {
    ...(kafkaCa !== undefined && { ca: kafkaCa }),
    ...(kafkaCertificate !== undefined && { cert: kafkaCertificate, key: kafkaKey }),
  }
}

function saslOf(config: KafkaClientConfig): BaseOptions['sasl'] {
  if (config.kafkaSasl === 'none') return undefined
  const username = required(config.kafkaUsername, 'TILLWAY_KAFKA_USERNAME')
  const password = required(config.kafkaPassword, 'TILLWAY_KAFKA_PASSWORD')
  if (config.kafkaSasl === 'plain' && !config.kafkaTls)
    throw new Fault('config_invalid', {
      field: 'TILLWAY_KAFKA_TLS',
      expected: 'true, since plain sends the password as it is',
    })
  const mechanism = mechanisms[config.kafkaSasl]
  if (mechanism !== 'OAUTHBEARER') return { mechanism, username, password }
  const url = required(config.kafkaTokenUrl, 'TILLWAY_KAFKA_TOKEN_URL')
  const scope = config.kafkaTokenScope
  return {
    mechanism,
    token: createTokenSource({ url, clientId: username, secret: password, scope }),
  }
}

function required(value: string | undefined, field: string): string {
  if (value === undefined)
    throw new Fault('config_invalid', { field, expected: 'set, since TILLWAY_KAFKA_SASL is' })
  return value
}
