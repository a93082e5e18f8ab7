/** Two hubs share the agents' topic; one is killed with -9 in the middle, and nothing is lost or doubled. */
import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { inChain } from '../../src/base/postgres.ts'
import { freePorts } from '../../src/cli/start/ports.ts'
import { startHubProcess } from '../fleet/hub-process.ts'
import { chainId } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import type { HubOnKafka, KafkaAgent } from './hub-on-kafka.ts'

const rounds = 30
const killedInRound = 15

interface Place {
  readonly partition: number
  /** One more with each hub that takes the partition over. */
  readonly token: number
  readonly next_offset: number | null
}

export function checkTwoHubs(world: HubOnKafka, agentIds: readonly string[]): void {
  const { hub, kafka, db, topics, salesIn } = world

  async function places(): Promise<Place[]> {
    const { rows } = await inChain(db, chainId, (tx) =>
      sql<Place>`select partition, token, next_offset from topic_place
        where chain_id = ${chainId} and topic = ${topics.agentEvents} order by partition`.execute(
        tx,
      ),
    )
    return rows
  }

  async function startOther() {
    const { config } = hub
    const [port = 0] = await freePorts(40_000 + Math.floor(Math.random() * 9_000), 1)
    return startHubProcess('b', port, {
      DATABASE_URL: config.databaseUrl,
      TILLWAY_DATABASE_PREFIX: config.databasePrefix,
      TILLWAY_APP_ROLE_PASSWORD: config.appRolePassword,
      TILLWAY_SESSION_KEY: config.sessionKey,
      TILLWAY_LEDGER_KEY: config.ledgerKey,
      TILLWAY_ORGANISATION_FILE: config.organisationFile,
      TILLWAY_STREAM: config.stream,
      TILLWAY_AGENTS_ON_KAFKA: 'true',
      TILLWAY_KAFKA_BROKERS: kafka.hub.kafkaBrokers ?? '',
      TILLWAY_KAFKA_TOPIC_PREFIX: config.kafkaTopicPrefix,
      TILLWAY_LOG_LEVEL: 'warn',
    })
  }

  test('two hubs share the agents; what one that is killed had not taken in, the other does', async () => {
    const agents: KafkaAgent[] = []
    for (const agentId of agentIds) agents.push(await world.enrol(agentId))
    const sent = new Map<KafkaAgent, string[]>(agents.map((agent) => [agent, []]))
    const writeRound = async (round: number) => {
      await Promise.all(
        agents.map(async (agent) => {
          const ids = [1, 2].map((at) => `sal_${agent.hand.agentId}.${round}.${at}`)
          sent.get(agent)?.push(...ids)
          await agent.write(ids.map(agent.saleIn))
        }),
      )
    }
    const taken = async (agent: KafkaAgent) => {
      const sales = await salesIn('str_boston')
      return sales.filter((id) => id.startsWith(`sal_${agent.hand.agentId}.`))
    }

    const alone = await places()
    const other = await startOther()
    const movedFrom = async (before: readonly Place[]) =>
      (await places()).filter(({ token }, index) => token > (before[index]?.token ?? 0))
    await until('half of the partitions go to it', 60, async () => {
      const moved = await movedFrom(alone)
      return moved.length === alone.length / 2
    })
    const theirs = await movedFrom(alone)
    const shared = await places()
    const isTheirs = ({ partition }: Place) => theirs.some((one) => one.partition === partition)
    const isAtWork = async () => {
      const moved = (await places()).filter(
        ({ next_offset }, index) => next_offset !== shared[index]?.next_offset,
      )
      return moved.some(isTheirs) && !moved.every(isTheirs)
    }
    for (let round = 0; round < rounds; round += 1) {
      if (round === killedInRound) await until('both are at work', 60, isAtWork)
      await writeRound(round)
      // With news for it that it has hardly seen.
      if (round === killedInRound) await other.kill()
    }
    await until('all that was written', 90, async () => {
      const sales = await salesIn('str_boston')
      return (
        sales.filter((id) => id.startsWith('sal_agt_till_')).length >= agents.length * rounds * 2
      )
    })
    for (const agent of agents) deepEqual(await taken(agent), sent.get(agent))
    const takenOver = await movedFrom(shared)
    ok(theirs.every(({ partition }) => takenOver.some((one) => one.partition === partition)))
  })
}
