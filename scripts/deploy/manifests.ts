/** Dockerfile, compose file and chart, each by the tool that knows its language. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'
import type { Tools } from './tools.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const chart = 'deploy/helm/tillway'
const kubeVersion = '1.34'

/** What the chart's values can be, from nothing to all. */
const rendered = [[], ['--values', `${chart}/ci/all.yaml`], ['--values', `${chart}/ci/cpu.yaml`]]

/** What its schema must refuse, and why. */
const refused = [
  { why: 'an image that changes under its name', set: 'image.tag=latest' },
  { why: 'Kafka without a broker', set: 'stream.type=kafka' },
  { why: 'an ingress without a host', set: 'ingress.enabled=true' },
  { why: 'a value that nothing reads', set: 'hub.replica=3' },
  { why: 'a hub without its secret', set: 'hub.existingSecret=' },
]

export function checkDockerfile({ hadolint }: Tools): void {
  run(hadolint, ['Dockerfile'], { cwd: root })
}

export function checkCompose({ compose }: Tools): void {
  const text = run(compose, ['-format', 'json', 'deploy/compose.yaml'], { cwd: root })
  const { services } = JSON.parse(text) as { services: object }
  if (Object.keys(services).length < 10) throw new Error(`only ${Object.keys(services)} are in it`)
}

export function checkChart({ helm, kubernetesValidate }: Tools): void {
  const kube = ['--kube-version', `${kubeVersion}.0`]
  const directory = mkdtempSync(join(tmpdir(), 'tillway-chart-'))
  try {
    for (const values of rendered) {
      run(helm, ['lint', '--strict', ...kube, chart, ...values], { cwd: root })
      const text = run(helm, ['template', 'tillway', chart, ...kube, ...values], { cwd: root })
      const file = join(directory, 'rendered.yaml')
      writeFileSync(file, text)
      run(kubernetesValidate, ['--strict', '--quiet', '--no-warn', '-k', kubeVersion, file])
    }
    for (const { why, set } of refused) {
      const args = ['template', 'tillway', chart, ...kube, '--set', set]
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
