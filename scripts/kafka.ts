/**
 * `npm run kafka`: Apache Kafka for development, one broker or three, on loopback until Ctrl-C. Its
 * data is in `.tillway/kafka` and is there again the next time.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from '../test/kafka/cluster.ts'
import { defaultFolder } from '../test/kafka/distribution.ts'

const usage = `npm run kafka [-- --brokers 1|3] [-- --port 9092]

Starts Apache Kafka on loopback; the brokers listen on the port and those after it.
With KAFKA_BROKERS set there is nothing to start: the tests use that cluster.`

const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '1' },
    port: { type: 'string', default: '9092' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const { KAFKA_BROKERS: given } = process.env
  const brokersCount = Number(values.brokers)
  const firstPort = Number(values.port)
  const isValid =
    (brokersCount === 1 || brokersCount === 3) &&
    Number.isInteger(firstPort) &&
    firstPort > 0 &&
    firstPort < 65_530
  if (values.help || !isValid) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  if (given) {
    console.log(`KAFKA_BROKERS is set, so ${given} is used and nothing is started.`)
    return 0
  }
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped.resolve)
  const folder = join(defaultFolder, brokersCount === 1 ? 'one' : 'three')
  const cluster = await startCluster({ folder, brokersCount, firstPort })
  console.log(`Kafka is up. For a hub on it:

  TILLWAY_STREAM=kafka TILLWAY_KAFKA_BROKERS=${cluster.brokers}

Ctrl-C stops it.`)
  // Keeps this process alive: the brokers do not.
  const alive = setInterval(() => {}, 60_000)
  await stopped.promise
  clearInterval(alive)
  console.log('Stopping.')
  await cluster.stop()
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
