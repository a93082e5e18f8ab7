/** That hubs and agents agree on whether agents link by Kafka, and that what they are told is enough. */
import { parseAllDocuments } from 'yaml'
import { AgentConfig } from '../../src/agent/config.ts'
import { readConfig } from '../../src/base/config.ts'
import { HubConfig } from '../../src/hub/config.ts'
import { KafkaConfig, kafkaClientOptions } from '../../src/stream/kafka-config.ts'

interface Container {
  readonly name: string
  readonly command: 'hub' | 'agent'
  readonly environment: Readonly<Record<string, string>>
  /** Where files can come from; undefined: not looked at. */
  readonly mounts?: readonly string[]
  readonly reachesKafka: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: YAML is looked at field by field here
type Yaml = Record<string, any>

const isOurs = (command: unknown): command is 'hub' | 'agent' =>
  command === 'hub' || command === 'agent'

export function inCompose(json: string): Container[] {
  return Object.entries<Yaml>(JSON.parse(json).services).flatMap(([name, service]) => {
    const command = service.command?.[0]
    if (!isOurs(command)) return []
    // A map, and a list of lines where files were merged.
    const environment = Array.isArray(service.environment)
      ? Object.fromEntries(service.environment.map((line) => line.split(/=(.*)/s)))
      : service.environment
    return [{ name, command, environment, reachesKafka: 'stream' in service.networks }]
  })
}

export function inChart(text: string): Container[] {
  const documents: Yaml[] = parseAllDocuments(text).map((document) => document.toJS() ?? {})
  return documents.flatMap(({ kind, metadata, spec }) => {
    const [container] = spec?.template?.spec.containers ?? []
    const command = container?.args?.[0]
    if (!isOurs(command)) return []
    return [
      {
        name: `${kind} ${metadata.name}`,
        command,
        environment: Object.fromEntries(
          container.env.map(({ name, value }: Yaml) => [name, value]),
        ),
        mounts: container.volumeMounts.map(({ mountPath }: Yaml) => mountPath),
        reachesKafka: mayReachKafka(documents, command),
      },
    ]
  })
}

/** By a network policy of its component, where there are any; `kafka.port` of the chart's values. */
function mayReachKafka(documents: readonly Yaml[], component: string): boolean {
  const policies = documents.filter(({ kind }) => kind === 'NetworkPolicy')
  const own = policies.filter(
    ({ spec }) => spec.podSelector.matchLabels['app.kubernetes.io/component'] === component,
  )
  return (
    policies.length === 0 ||
    own.some(({ spec }) =>
      spec.egress?.some(({ ports }: Yaml) => ports.some(({ port }: Yaml) => port === 9093)),
    )
  )
}

/** @throws Error naming the container, or Fault config_invalid naming the key */
export function checkSettings(containers: readonly Container[], areOnKafka: boolean): void {
  const agents = containers.filter(({ command }) => command === 'agent')
  const hubs = containers.filter(({ command }) => command === 'hub')
  if (hubs.length === 0 || (areOnKafka && agents.length === 0)) throw new Error('none is there')
  const told = containers.map((container) => {
    const settings = settingsOf(container)
    const isOn = container.command === 'hub' ? settings.agentsOnKafka : settings.link === 'kafka'
    if (isOn !== areOnKafka)
      throw new Error(`${container.name}: agents are ${isOn ? '' : 'not '}on Kafka for it`)
    if (!isOn) return undefined
    // It has all that a client needs, or says what is missing.
    kafkaClientOptions(settings, container.name)
    if (!container.reachesKafka) throw new Error(`${container.name}: it is kept from Kafka`)
    return JSON.stringify([settings.kafkaBrokers, settings.kafkaTopicPrefix, settings.kafkaTls])
  })
  if (new Set(told).size > 1) throw new Error(`not all are told of the same Kafka: ${told}`)
}

const ofHub = KafkaConfig.extend({ agentsOnKafka: HubConfig.shape.agentsOnKafka })
const ofAgent = KafkaConfig.extend({ link: AgentConfig.shape.link })

function settingsOf({ name, command, environment, mounts }: Container) {
  const given = Object.entries(environment).map(([key, value]) => {
    if (!/^TILLWAY_KAFKA_\w+_FILE$/.test(key)) return [key, value]
    if (mounts?.some((mount) => value.startsWith(`${mount}/`)) === false)
      throw new Error(`${name}: nothing is mounted at ${value} of ${key}`)
    return [key.replace(/_FILE$/, ''), 'what is in the file']
  })
  const values = Object.fromEntries(given) as Record<string, string>
  return {
    agentsOnKafka: false,
    link: 'https',
    ...(command === 'hub' ? readConfig(ofHub, values) : readConfig(ofAgent, values)),
  }
}
