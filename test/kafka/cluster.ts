/** One or three Kafka brokers (KRaft, each also a controller) on loopback, as this user, in a folder. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { obtainKafka } from './distribution.ts'

export interface ClusterOptions {
  readonly folder: string
  readonly brokersCount: 1 | 3
  /** Of the first broker; the others follow. Absent: any that are free. */
  readonly firstPort?: number
  /** A further listener with a protocol of its own, and what its set-up needs. */
  readonly listener?: {
    readonly name: string
    readonly protocol: string
    /** Lines of server.properties. */
    readonly settings: Readonly<Record<string, string>>
    /** For the tool that makes the storage, as for SCRAM's users. */
    readonly formatArguments: readonly string[]
  }
}

export interface Cluster {
  /** `host:port,…` */
  readonly brokers: string
  /** The same by the further listener. */
  readonly listenerBrokers: string
  /** `kill -9`. */
  kill(index: number): Promise<void>
  start(index: number): Promise<void>
  /** In order: each hands its work over before the next one ends. */
  stop(): Promise<void>
}

const host = '127.0.0.1'
const startMsMax = 120_000
const stopMsMax = 15_000
const javaFlags = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** @throws Error that says what to install, or what the broker said */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const classPath = obtainKafka()
  const folder = resolve(options.folder)
  mkdirSync(folder, { recursive: true })
  const nodes = await layOut(folder, options)
  const children: (ChildProcess | undefined)[] = nodes.map(() => undefined)

  const launch = (index: number): void => {
    const node = nodes[index]
    if (node === undefined) return
    const log = openSync(node.logFile, 'a')
    const child = spawn(
      'java',
      [...javaFlags, ...javaArguments(classPath, folder), 'kafka.Kafka', node.file],
      {
        stdio: ['ignore', log, log],
        // In a group of its own, so that Ctrl-C reaches us alone and we stop things in order.
        detached: true,
      },
    )
    closeSync(log)
    child.unref()
    watch(child)
    children[index] = child
  }
  const killAll = () => {
    for (const child of children) child?.kill('SIGKILL')
  }
  process.once('exit', killAll)

  async function end(index: number, signal: NodeJS.Signals): Promise<void> {
    const child = children[index]
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    const ended = new Promise<void>((done) => child.once('exit', () => done()))
    child.kill(signal)
    // The last of three has nobody left to hand over to, and would wait for one.
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
    await ended
    clearTimeout(timer)
    children[index] = undefined
  }

  const brokers = nodes.map(({ port }) => `${host}:${port}`).join(',')
  try {
    await Promise.all(
      nodes.map((node) => format(node, classPath, folder, options.listener?.formatArguments)),
    )
    for (const index of nodes.keys()) launch(index)
    await untilAll(brokers, nodes, children)
  } catch (error) {
    killAll()
    throw error
  }
  return {
    brokers,
    listenerBrokers: nodes.map(({ listenerPort }) => `${host}:${listenerPort}`).join(','),
    kill: (index) => end(index, 'SIGKILL'),
    async start(index) {
      launch(index)
      await untilAll(brokers, nodes, children)
    },
    async stop() {
      for (let index = nodes.length - 1; index >= 0; index -= 1) await end(index, 'SIGTERM')
      process.off('exit', killAll)
    },
  }
}

/** Ends the broker when this process ends, in whichever way: the shell then reads the end of its input. */
function watch(broker: ChildProcess): void {
  const script = `read -r _ || kill -KILL ${broker.pid}`
  const shell = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  ;(shell.stdin as unknown as { unref?: () => void } | null)?.unref?.()
  broker.once('exit', () => shell.kill())
}

interface Node {
  readonly port: number
  readonly listenerPort: number
  readonly file: string
  readonly logFile: string
  readonly dataDir: string
  readonly clusterId: string
}

async function layOut(folder: string, options: ClusterOptions): Promise<Node[]> {
  const { brokersCount, firstPort, listener } = options
  const ports =
    firstPort === undefined
      ? await freePorts(brokersCount * 3)
      : Array.from({ length: brokersCount * 3 }, (_, index) => firstPort + index)
  const clusterId = clusterIdIn(folder)
  writeFileSync(join(folder, 'log4j2.properties'), log4jText)
  const voters = Array.from(
    { length: brokersCount },
    (_, index) => `${index + 1}@${host}:${ports[brokersCount + index]}`,
  ).join(',')
  return Array.from({ length: brokersCount }, (_, index) => {
    const port = ports[index] ?? 0
    const listenerPort = ports[brokersCount * 2 + index] ?? 0
    const dataDir = join(folder, `broker-${index + 1}`)
    const file = join(folder, `broker-${index + 1}.properties`)
    const plainListeners = `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${ports[brokersCount + index]}`
    const lines = {
      'node.id': index + 1,
      'process.roles': 'broker,controller',
      'controller.quorum.voters': voters,
      'controller.listener.names': 'CONTROLLER',
      listeners: plainListeners,
      'log.dirs': dataDir,
      ...replication(brokersCount),
      // A group forms at once: nobody here waits for late members.
      'group.initial.rebalance.delay.ms': 0,
      'offsets.topic.num.partitions': 6,
      'auto.create.topics.enable': false,
      // A busy machine may take a minute over what takes a second.
      'initial.broker.registration.timeout.ms': startMsMax,
      ...(listener && {
        listeners: `${plainListeners},${listener.name}://${host}:${listenerPort}`,
        'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${listener.name}:${listener.protocol}`,
        ...listener.settings,
      }),
    }
    const text = Object.entries(lines).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(file, text.join(''))
    return {
      port,
      listenerPort,
      file,
      dataDir,
      clusterId,
      logFile: join(folder, `broker-${index + 1}.log`),
    }
  })
}

function replication(brokersCount: number) {
  const inSync = brokersCount === 1 ? 1 : 2
  return {
    'default.replication.factor': brokersCount,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': brokersCount,
    'transaction.state.log.replication.factor': brokersCount,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': brokersCount,
    'share.coordinator.state.topic.min.isr': inSync,
  }
}

/** 16 bytes in base64url, the same for as long as the folder is there. */
function clusterIdIn(folder: string): string {
  const file = join(folder, 'cluster-id')
  if (!existsSync(file))
    writeFileSync(
      file,
      `A${Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
        .toString('base64url')
        .slice(1)}`,
    )
  return readFileSync(file, 'utf8')
}

const log4jText = `rootLogger.level=WARN
rootLogger.appenderRef.stdout.ref=STDOUT
appender.stdout.type=Console
appender.stdout.name=STDOUT
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d %p %c{1} %m%n
`

function javaArguments(classPath: string, folder: string): string[] {
  return [`-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`, '-cp', classPath]
}

async function format(
  node: Node,
  classPath: string,
  folder: string,
  further: readonly string[] = [],
): Promise<void> {
  if (existsSync(join(node.dataDir, 'meta.properties'))) return
  const words = ['-t', node.clusterId, '-c', node.file, ...further]
  await promisify(execFile)(
    'java',
    [
      ...javaFlags,
      ...javaArguments(classPath, folder),
      'kafka.tools.StorageTool',
      'format',
      ...words,
    ],
    { timeout: startMsMax },
  ).catch(({ stdout, stderr }) => {
    throw new Error(`Kafka's storage could not be made.\n${stdout}${stderr}`)
  })
}

/** Until every broker that runs is known to the cluster. */
async function untilAll(
  brokers: string,
  nodes: readonly Node[],
  children: readonly (ChildProcess | undefined)[],
): Promise<void> {
  const deadlineMs = Date.now() + startMsMax
  while (Date.now() < deadlineMs) {
    children.forEach((child, index) => {
      if (child !== undefined && child.exitCode !== null) throw new Error(lastLines(nodes[index]))
    })
    const running = children.filter((child) => child !== undefined).length
    if ((await countBrokers(brokers)) >= running) return
    await sleep(100)
  }
  throw new Error(`Kafka did not come up in ${startMsMax / 1000} s.\n${lastLines(nodes[0])}`)
}

async function countBrokers(brokers: string): Promise<number> {
  const admin = new Admin({
    clientId: 'tillway-start',
    bootstrapBrokers: brokers.split(','),
    retries: 0,
    connectTimeout: 1_000,
    timeout: 2_000,
  })
  try {
    return (await admin.metadata({ topics: [] })).brokers.size
  } catch {
    return 0
  } finally {
    await admin.close().catch(() => {})
  }
}

function lastLines(node: Node | undefined): string {
  return node ? readFileSync(node.logFile, 'utf8').trim().split('\n').slice(-15).join('\n') : ''
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host))
  return Promise.all(
    servers.map(async (server) => {
      if (!server.listening) await new Promise((done) => server.once('listening', done))
      const { port } = server.address() as AddressInfo
      await new Promise((done) => server.close(done))
      return port
    }),
  )
}
