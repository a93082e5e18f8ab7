/** How Kafka is reached: what is wrong is named, and tokens are had from their endpoint once. */
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { readConfig } from '../base/config.ts'
import type { Fault } from '../base/fault.ts'
import { KafkaConfig, kafkaClientOptions } from './kafka-config.ts'
import { createTokenSource } from './kafka-token.ts'

const broker = { TILLWAY_KAFKA_BROKERS: 'one:9092, two:9092' }
const user = { TILLWAY_KAFKA_USERNAME: 'hub', TILLWAY_KAFKA_PASSWORD: 'secret' }
const optionsOf = (environment: Record<string, string>) =>
  kafkaClientOptions(readConfig(KafkaConfig, environment), 'test')

const wrong = [
  { why: 'no brokers', given: {}, field: 'TILLWAY_KAFKA_BROKERS' },
  {
    why: 'a broker without a port',
    given: { TILLWAY_KAFKA_BROKERS: 'one' },
    field: 'TILLWAY_KAFKA_BROKERS',
  },
  {
    why: 'a mechanism that there is not',
    given: { ...broker, TILLWAY_KAFKA_SASL: 'md5' },
    field: 'TILLWAY_KAFKA_SASL',
  },
  {
    why: 'SCRAM without a user',
    given: { ...broker, TILLWAY_KAFKA_SASL: 'scram-sha-512' },
    field: 'TILLWAY_KAFKA_USERNAME',
  },
  {
    why: 'a password in the clear',
    given: { ...broker, ...user, TILLWAY_KAFKA_SASL: 'plain' },
    field: 'TILLWAY_KAFKA_TLS',
  },
  {
    why: 'OAUTHBEARER without an endpoint',
    given: { ...broker, ...user, TILLWAY_KAFKA_SASL: 'oauthbearer' },
    field: 'TILLWAY_KAFKA_TOKEN_URL',
  },
  {
    why: 'a certificate without its key',
    given: { ...broker, TILLWAY_KAFKA_TLS: 'true', TILLWAY_KAFKA_CERTIFICATE: 'pem' },
    field: 'TILLWAY_KAFKA_KEY',
  },
]
for (const { why, given, field } of wrong)
  test(why, () => {
    throws(
      () => optionsOf(given as Record<string, string>),
      (fault: Fault) => fault.code === 'config_invalid' && fault.detail.field === field,
    )
  })

test('brokers, TLS and SCRAM become the options of the client; secrets may be in files', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tillway-')), 'password')
  writeFileSync(file, 'from-file\n')
  const { bootstrapBrokers, tls, sasl } = optionsOf({
    ...broker,
    TILLWAY_KAFKA_TLS: 'true',
    TILLWAY_KAFKA_CA: 'pem',
    TILLWAY_KAFKA_SASL: 'scram-sha-256',
    TILLWAY_KAFKA_USERNAME: 'hub',
    TILLWAY_KAFKA_PASSWORD_FILE: file,
  })
  deepEqual(bootstrapBrokers, ['one:9092', 'two:9092'])
  deepEqual(tls, { ca: 'pem' })
  deepEqual(sasl, { mechanism: 'SCRAM-SHA-256', username: 'hub', password: 'from-file' })
})

test('a token is asked for with the credentials once, and again when it is old', async () => {
  const asked: string[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ access_token: `t${asked.length}`, expires_in: 0.1 }))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  const token = createTokenSource({ url, clientId: 'hub', secret: 's:1', scope: 'kafka' })
  deepEqual(await Promise.all([token(), token()]), ['t1', 't1'])
  const basic = Buffer.from('hub:s%3A1').toString('base64')
  deepEqual(asked, [`Basic ${basic} grant_type=client_credentials&scope=kafka`])
  await new Promise((resolve) => setTimeout(resolve, 90))
  equal(await token(), 't2')
  status = 500
  await new Promise((resolve) => setTimeout(resolve, 90))
  await rejects(token(), { code: 'stream_unreachable' })
})
