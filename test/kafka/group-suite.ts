/** Who reads what: a member that has a name of its own and crashed finds its partitions as it left them. */
import { deepEqual, equal } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import test, { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type KafkaConfig, kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { joinKafkaGroup, sessionMs } from '../../src/stream/kafka-group.ts'
import { ensureTopics } from '../../src/stream/kafka-topics.ts'
import { until } from '../scenario/fleet.ts'
import type { TestKafka } from './kafka.ts'

interface Group {
  readonly config: KafkaConfig
  readonly topic: string
  readonly groupId: string
}

interface Member {
  /** Each assignment that it was told of, sorted. */
  readonly told: number[][]
}

const sorted = (partitions: Iterable<number>) => [...partitions].toSorted((a, b) => a - b)
const current = ({ told }: Member) => told.at(-1) ?? []

function join({ config, ...group }: Group, instanceId: string): Member {
  const told: number[][] = []
  const membership = joinKafkaGroup({
    client: kafkaClientOptions(config, 'test'),
    ...group,
    instanceId,
    heartbeatMs: 300,
    onAssigned: (partitions) => void told.push(sorted(partitions)),
  })
  after(() => membership.leave())
  return { told }
}

/** In a process of its own, started and not yet a member. */
async function prepare(
  group: Group,
  instanceId: string,
): Promise<Member & { process: ChildProcess }> {
  const file = fileURLToPath(new URL('group-child.ts', import.meta.url))
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, CHILD: JSON.stringify({ ...group, instanceId }) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  after(() => child.kill('SIGKILL'))
  await new Promise((ready) => child.once('message', ready))
  const told: number[][] = []
  child.on('message', ({ partitions }: { partitions: number[] }) => told.push(sorted(partitions)))
  return { told, process: child }
}

export function checkStaticMembers({ config }: TestKafka): void {
  test('killed with -9 and back within the session, it has its partitions and nobody else is disturbed', async () => {
    const group = {
      config,
      topic: `${config.kafkaTopicPrefix}.us.group`,
      groupId: `${config.kafkaTopicPrefix}.us.group`,
    }
    const client = kafkaClientOptions(config, 'test')
    const partitionsCount = await ensureTopics(client, [group.topic], config)
    const [first, again] = await Promise.all([prepare(group, 'c'), prepare(group, 'c')])
    const others = [join(group, 'a'), join(group, 'b')]
    first.process.send('join')
    const isShared = () => {
      const held = [first, ...others].map(current)
      const all = sorted(held.flat())
      return held.every(({ length }) => length > 0) && all.join() === sorted(all.keys()).join()
    }
    await until('all partitions are shared by three', 60, async () => {
      if (!isShared()) return false
      // A cooperative group settles in two rounds.
      await sleep(1_500)
      return isShared() && sorted([first, ...others].flatMap(current)).length === partitionsCount
    })
    const before = others.map(({ told }) => told.length)
    const theirs = others.map(current)
    const own = current(first)

    const dead = new Promise((gone) => first.process.once('exit', gone))
    first.process.kill('SIGKILL')
    await dead
    again.process.send('join')
    await until('it is back', 60, async () => again.told.length > 0)
    deepEqual(again.told, [own])
    // Beyond the session of the one that died, so that its end would have been noticed.
    await sleep(sessionMs + 1_000)
    deepEqual(again.told, [own])
    deepEqual(others.map(current), theirs)
    deepEqual(
      others.map(({ told }) => told.length),
      before,
      'no rebalance',
    )
    equal(sorted([...own, ...theirs.flat()]).length, partitionsCount)
  })
}
