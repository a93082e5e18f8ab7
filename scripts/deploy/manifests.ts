/** Dockerfile, compose file and chart, each by the tool that knows its language. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSettings, inChart, inCompose } from './agents-on-kafka.ts'
import { run } from './run.ts'
import type { Tools } from './tools.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const chart = 'deploy/helm/tillway'
const kubeVersion = '1.34'

const valuesOf = (name: string): string[] => ['--values', `${chart}/ci/${name}.yaml`]

/** What the chart's values can be, from nothing to all. */
const rendered = [
  { values: [], areOnKafka: false },
  { values: valuesOf('all'), areOnKafka: false },
  { values: valuesOf('cpu'), areOnKafka: false },
  { values: valuesOf('agents-on-kafka'), areOnKafka: true },
  { values: valuesOf('agents-by-token'), areOnKafka: true },
  // One value turns it off again, whatever else is set.
  {
    values: [...valuesOf('agents-on-kafka'), '--set', 'stream.agentsOnKafka=false'],
    areOnKafka: false,
  },
]

/** What its schema must refuse, and why. */
const refused: readonly { why: string; set: string; values?: readonly string[] }[] = [
  { why: 'an image that changes under its name', set: 'image.tag=latest' },
  { why: 'Kafka without a broker', set: 'stream.type=kafka' },
  { why: 'agents on Kafka without a broker', set: 'stream.agentsOnKafka=true' },
  {
    why: 'a sign-in at Kafka without a secret',
    values: valuesOf('agents-on-kafka'),
    set: 'stream.kafka.existingSecret=',
  },
  {
    why: 'agents that have no secret to sign in at Kafka with',
    values: valuesOf('agents-on-kafka'),
    set: 'stream.kafka.agents.existingSecret=',
  },
  {
    why: 'agents that are to Kafka who the hubs are',
    values: valuesOf('agents-on-kafka'),
    set: 'stream.kafka.agents.existingSecret=kafka-hub',
  },
  {
    why: 'tokens for Kafka from nowhere',
    values: valuesOf('agents-by-token'),
    set: 'stream.kafka.tokenUrl=',
  },
  { why: 'an ingress without a host', set: 'ingress.enabled=true' },
  { why: 'a value that nothing reads', set: 'hub.replica=3' },
  { why: 'a hub without its secret', set: 'hub.existingSecret=' },
]

export function checkDockerfile({ hadolint }: Tools): void {
  run(hadolint, ['Dockerfile'], { cwd: root })
}

/** Alone, and with the file beside it that puts agents on Kafka. */
export function checkCompose({ compose }: Tools): void {
  const files = ['deploy/compose.yaml', 'deploy/compose.agents-on-kafka.yaml']
  for (const count of [1, 2]) {
    const text = run(compose, ['-format', 'json', ...files.slice(0, count)], { cwd: root })
    const { services } = JSON.parse(text) as { services: object }
    if (Object.keys(services).length < 10)
      throw new Error(`only ${Object.keys(services)} are in it`)
    checkSettings(inCompose(text), count === 2)
  }
}

export function checkChart({ helm, kubernetesValidate }: Tools): void {
  const kube = ['--kube-version', `${kubeVersion}.0`]
  const directory = mkdtempSync(join(tmpdir(), 'tillway-chart-'))
  try {
    for (const { values, areOnKafka } of rendered) {
      run(helm, ['lint', '--strict', ...kube, chart, ...values], { cwd: root })
      const text = run(helm, ['template', 'tillway', chart, ...kube, ...values], { cwd: root })
      const file = join(directory, 'rendered.yaml')
      writeFileSync(file, text)
      run(kubernetesValidate, ['--strict', '--quiet', '--no-warn', '-k', kubeVersion, file])
      checkSettings(inChart(text), areOnKafka)
    }
    for (const { why, set, values = [] } of refused) {
      const args = ['template', 'tillway', chart, ...kube, ...values, '--set', set]
      try {
        run(helm, args, { cwd: root, refuses: true })
      } catch (cause) {
        throw new Error(`the chart takes ${why} (${set})`, { cause })
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
