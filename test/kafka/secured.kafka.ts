/**
 * The log over TLS, as each kind of SASL signs it in, and an agent: a broker that lets nobody else in on
 * that port, and each do only what is allowed.
 */
import { equal, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { newId } from '../../src/base/ids.ts'
import { batch, eventually } from '../../src/stream/conformance-subject.ts'
import { KafkaConfig } from '../../src/stream/kafka-config.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import { createWithEffects } from '../effects.ts'
import { startCluster } from './cluster.ts'
import { checkSecuredAgent } from './secured-agent-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillway-kafka-'))
const keystore = join(folder, 'broker.p12')

function keytool(...words: string[]): void {
  const { status, stdout } = spawnSync('keytool', [...words, '-storepass', 'changeit'])
  if (status !== 0) throw new Error(String(stdout))
}
const san = 'san=ip:127.0.0.1,dns:localhost'
keytool(
  '-genkeypair',
  '-alias',
  'broker',
  '-keyalg',
  'RSA',
  '-dname',
  'CN=broker',
  '-ext',
  san,
  '-keystore',
  keystore,
  '-storetype',
  'PKCS12',
)
keytool(
  '-exportcert',
  '-rfc',
  '-alias',
  'broker',
  '-keystore',
  keystore,
  '-file',
  join(folder, 'ca.pem'),
)
const kafkaCa = readFileSync(join(folder, 'ca.pem'), 'utf8')

const modules = 'org.apache.kafka.common.security'
const jaas = (mechanism: string, text: string) => [
  `listener.name.secure.${mechanism}.sasl.jaas.config`,
  `${modules}.${text};`,
]
const [cluster, subject] = await Promise.all([
  startCluster({
    folder,
    brokersCount: 1,
    listener: {
      name: 'SECURE',
      protocol: 'SASL_SSL',
      settings: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        // Who comes by the plain listener is nobody, and the test itself.
        'super.users': 'User:hub;User:ANONYMOUS',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        'ssl.keystore.location': keystore,
        'ssl.keystore.password': 'changeit',
        'ssl.keystore.type': 'PKCS12',
        ...Object.fromEntries([
          jaas('plain', 'plain.PlainLoginModule required user_hub="secret"'),
          jaas('scram-sha-256', 'scram.ScramLoginModule required'),
          jaas('scram-sha-512', 'scram.ScramLoginModule required'),
          jaas('oauthbearer', 'oauthbearer.OAuthBearerLoginModule required'),
        ]),
      },
      formatArguments: ['hub', 'agent'].flatMap((name) =>
        ['256', '512'].flatMap((size) => [
          '--add-scram',
          `SCRAM-SHA-${size}=[name=${name},password=secret]`,
        ]),
      ),
    },
  }),
  createWithEffects(),
])
after(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Hands out a token that this broker takes: unsigned, since it has no authority to ask. */
const authority = createServer((_, response) => {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: 'hub', iat: nowSeconds, exp: nowSeconds + 300 }
  response.end(
    JSON.stringify({ access_token: `${part({ alg: 'none' })}.${part(claims)}.`, expires_in: 300 }),
  )
})
await new Promise<void>((done) => authority.listen(0, '127.0.0.1', done))
after(() => authority.close())

const { db, appUrl: url } = subject.database
const open = (keys: Record<string, string>) =>
  createKafkaLog({
    db,
    url,
    regionId: 'eu',
    heartbeatMs: 300,
    kafka: KafkaConfig.parse({
      kafkaBrokers: cluster.listenerBrokers,
      kafkaPartitionsCount: '4',
      kafkaTls: 'true',
      kafkaCa,
      kafkaUsername: 'hub',
      kafkaPassword: 'secret',
      kafkaTokenUrl: `http://127.0.0.1:${(authority.address() as AddressInfo).port}/token`,
      ...keys,
    }),
  })

for (const kafkaSasl of ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
  test(`${kafkaSasl} over TLS: appended, carried, handled`, async () => {
    const chainId = newId('chain')
    const log = await open({ kafkaSasl })
    let count = 0
    const handler = async ({ events }: { events: readonly unknown[] }) => {
      count += events.length
    }
    try {
      await log.consume({ chainId, group: 'one', handler })
      await log.append(batch(chainId, 3, 12))
      await eventually(() => count === 12)
      equal(count, 12)
    } finally {
      await log.close()
    }
  })

const refused = [
  { why: 'a wrong password', keys: { kafkaSasl: 'scram-sha-512', kafkaPassword: 'other' } },
  { why: 'nobody signed in', keys: { kafkaSasl: 'none' } },
]
for (const { why, keys } of refused)
  test(`${why} is refused, as a fault`, () => rejects(open(keys), { code: 'stream_unreachable' }))

checkSecuredAgent({
  cluster,
  user: 'agent',
  keys: {
    kafkaBrokers: cluster.listenerBrokers,
    kafkaTls: 'true',
    kafkaCa,
    kafkaSasl: 'scram-sha-512',
    kafkaUsername: 'agent',
    kafkaPassword: 'secret',
  },
})
