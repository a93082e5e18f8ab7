/** Dockerfile, compose file and chart say nothing that the code does not know: keys, ports, paths, files. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { parse } from 'yaml'
import type { z } from 'zod'
import { agentUrls, containerOf, prepareCompose, simulatorUrl } from '../scripts/prepare-compose.ts'
import { AgentConfig } from '../src/agent/config.ts'
import { readConfig } from '../src/base/config.ts'
import { agentIds } from '../src/cli/start/installation.ts'
import { HubConfig } from '../src/hub/config.ts'
import { readOrganisationFile } from '../src/hub/organisation/file.ts'
import { routes } from '../src/hub/routes/index.ts'
import { SimulatorConfig } from '../src/simulator/config.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const packageJson = JSON.parse(read('package.json'))
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ')

// biome-ignore lint/suspicious/noExplicitAny: YAML is looked at field by field here
type Yaml = Record<string, any>
const compose: Yaml = parse(read('deploy/compose.yaml'), { merge: true })
const values: Yaml = parse(read('deploy/helm/tillway/values.yaml'))
const templates = Object.fromEntries(
  ['hub', 'agents', 'networkpolicies', 'autoscaling', 'serviceaccount', 'tests/ready'].map(
    (name) => [name, read(`deploy/helm/tillway/templates/${name}.yaml`)],
  ),
) as Record<string, string>

const nameOf = (key: string): string =>
  key === 'databaseUrl' ? 'DATABASE_URL' : `TILLWAY_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`
/** Told to the health check of the image rather than to a process. */
const ofHealthCheck = 'TILLWAY_HEALTH_URL'
const known = {
  hub: new Set(Object.keys(HubConfig.shape).map(nameOf)),
  agent: new Set(Object.keys(AgentConfig.shape).map(nameOf)),
  simulate: new Set(Object.keys(SimulatorConfig.shape).map(nameOf)),
}
type Process = keyof typeof known

/** `_FILE` belongs to each key; some keys end so by themselves. */
function unknownKeys(process: Process, names: readonly string[]): string[] {
  return names.filter(
    (name) =>
      name !== ofHealthCheck &&
      !known[process].has(name) &&
      !known[process].has(name.replace(/_FILE$/, '')),
  )
}

const services = Object.entries<Yaml>(compose.services)
const ours = services.filter(([, { command }]) =>
  ['hub', 'agent', 'simulate'].includes(command?.[0]),
)

test('every key that compose sets is one that the process reads, and its values are taken', () => {
  equal(ours.length, 2 + 1 + agentIds.length)
  for (const [name, { command, environment }] of ours)
    deepEqual(unknownKeys(command[0], Object.keys(environment)), [], name)
})

test('every key that the chart sets is one that the process reads', () => {
  const keysIn = (text = '') =>
    [...text.matchAll(/name: ((?:TILLWAY|KAFKA|DATABASE)_\w+)/g)].map(([, key]) => key ?? '')
  ok(keysIn(templates.hub).length > 15 && keysIn(templates.agents).length > 8)
  // Both are told of Kafka by the same lines.
  const ofKafka = keysIn(read('deploy/helm/tillway/templates/_kafka.tpl'))
  ok(ofKafka.length > 8)
  deepEqual(unknownKeys('hub', [...keysIn(templates.hub), ...ofKafka]), [])
  deepEqual(unknownKeys('agent', [...keysIn(templates.agents), ...ofKafka]), [])
  deepEqual(unknownKeys('agent', keysIn(templates['tests/ready'])), [])
})

test('one more file puts hubs and all agents of compose on Kafka', () => {
  const more: Yaml = parse(read('deploy/compose.agents-on-kafka.yaml'), { merge: true })
  const told = Object.entries<Yaml>(more.services)
  deepEqual(
    told.map(([name]) => name).toSorted(),
    ours
      .map(([name]) => name)
      .filter((name) => name !== 'simulator')
      .toSorted(),
  )
  for (const [name, { environment }] of told) {
    const { command } = compose.services[name]
    deepEqual(unknownKeys(command[0], Object.keys(environment)), [], name)
    if (command[0] === 'hub') equal(environment.TILLWAY_AGENTS_ON_KAFKA, 'true')
    else equal(environment.TILLWAY_LINK, 'kafka')
  }
})

const folder = mkdtempSync(join(tmpdir(), 'tillway-compose-'))
after(() => rmSync(folder, { recursive: true, force: true }))
prepareCompose(folder)

test('what compose mounts as secrets is what is prepared, and the processes take it', () => {
  const files = Object.values<Yaml>(compose.secrets).map(({ file }) =>
    file.replace('./secrets/', ''),
  )
  for (const file of files) ok(existsSync(join(folder, file)), file)
  equal(statSync(folder).mode & 0o777, 0o700)
  const before = readFileSync(join(folder, 'session_key'), 'utf8')
  prepareCompose(folder)
  equal(readFileSync(join(folder, 'session_key'), 'utf8'), before, 'kept when it is run again')
  /** As the container sees it: a secret's name, or the one that it is mounted as, in /run/secrets. */
  const inContainer = ({ environment, secrets = [] }: Yaml) =>
    Object.fromEntries(
      Object.entries<string>(environment).map(([key, value]) => {
        if (!value.startsWith('/run/secrets/')) return [key, value]
        const target = value.slice('/run/secrets/'.length)
        const secret = secrets.find(
          (one: Yaml | string) => (one as Yaml).target === target || one === target,
        )
        ok(secret !== undefined, `${key}: no secret ${target}`)
        const { file } = compose.secrets[secret.source ?? secret]
        return [key, join(folder, file.replace('./secrets/', ''))]
      }),
    )
  const schemas: Record<Process, z.ZodObject> = {
    hub: HubConfig,
    agent: AgentConfig,
    simulate: SimulatorConfig.omit({ agentUrls: true }),
  }
  for (const [name, service] of ours) {
    const config = readConfig(schemas[service.command[0] as Process], inContainer(service), {
      databaseUrl: 'DATABASE_URL',
    }) as Yaml
    if (service.command[0] === 'hub') {
      const { agents } = readOrganisationFile(config.organisationFile)
      deepEqual(agents.map(({ agentId }) => agentId).toSorted(), [...agentIds].toSorted(), name)
    }
  }
})

test('agents and simulator are where the prepared chain says that they are', () => {
  const { simulator } = compose.services
  equal(simulator.environment.TILLWAY_PUBLIC_URL, simulatorUrl)
  deepEqual(JSON.parse(simulator.environment.TILLWAY_AGENT_URLS), agentUrls)
  for (const agentId of agentIds) {
    const { environment } = compose.services[containerOf(agentId)]
    equal(environment.TILLWAY_AGENT_ID, agentId)
    equal(new URL(agentUrls[agentId] ?? '').port, environment.TILLWAY_PORT)
  }
})

const pinned = /^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9]+)*(@sha256:[0-9a-f]{64})?$/

test('images are pinned, and Node is the one that package.json names', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? '')
  deepEqual(new Set(bases).size, 1)
  for (const image of [...bases, ...services.map(([, { image }]) => image)]) match(image, pinned)
  equal(/^node:([\d.]+)-/.exec(bases[0] ?? '')?.[1], packageJson.dependencies.node)
  for (const [, { image }] of ours) equal(image, `tillway:${packageJson.version}`)
  const chart: Yaml = parse(read('deploy/helm/tillway/Chart.yaml'))
  equal(chart.appVersion, packageJson.version)
})

test('nothing runs as root, keeps a capability, or writes outside its volumes', () => {
  const [, uid] = /^USER (\d+):\d+$/m.exec(dockerfile) ?? []
  ok(Number(uid) > 0)
  ok(!/^(ADD|ARG .*(KEY|TOKEN|PASSWORD)) /m.test(dockerfile))
  for (const [name, service] of services) {
    equal(service.read_only, true, name)
    deepEqual(service.cap_drop, ['ALL'], name)
    deepEqual(service.security_opt, ['no-new-privileges:true'], name)
    ok(service.user !== '0:0' && service.privileged === undefined, name)
    ok(service.deploy.resources.limits.memory && service.deploy.resources.limits.pids, name)
    // Kafka's image names its own user; PostgreSQL's and the balancer's begin as root unless told.
    if (/^(postgres|haproxy):/.test(service.image)) match(service.user, /^[1-9]\d*:[1-9]\d*$/)
  }
  const helpers = read('deploy/helm/tillway/templates/_helpers.tpl')
  match(helpers, new RegExp(`runAsUser: ${uid}\\b`))
  match(helpers, /runAsNonRoot: true[\s\S]*readOnlyRootFilesystem: true[\s\S]*drop: \[ALL\]/)
})

test('only the balancer is published, on this machine alone, since anybody may sign in there', () => {
  const published = services.filter(([, { ports }]) => ports !== undefined)
  deepEqual(
    published.map(([name, { ports }]) => [name, ports]),
    [['balancer', ['127.0.0.1:8080:8080']]],
  )
  const networks = Object.entries<Yaml>(compose.networks).filter(
    ([, network]) => !network?.internal,
  )
  deepEqual(
    networks.map(([name]) => name),
    ['edge'],
  )
})

test('whatever waits, waits until the other is healthy, and every service says whether it is', () => {
  for (const [name, { depends_on = {}, healthcheck, image }] of services) {
    for (const { condition } of Object.values<Yaml>(depends_on)) equal(condition, 'service_healthy')
    // Ours have the image's own.
    ok(healthcheck !== undefined || image.startsWith('tillway:'), name)
  }
  match(dockerfile, /^HEALTHCHECK /m)
})

test('probes and health checks ask for what there is, on ports that are listened on', () => {
  const ofHub = new Set(routes.map(({ path }) => path))
  const asked = [...(templates.hub ?? '').matchAll(/path: (\/\w+z)/g)].map(([, path]) => path ?? '')
  deepEqual(asked, ['/healthz', '/healthz', '/readyz'])
  for (const path of asked) ok(ofHub.has(path), path)
  const doors = read('src/agent/doors/health-routes.ts')
  for (const [, path = ''] of (templates.agents ?? '').matchAll(/path: (\/\w+z)/g))
    ok(doors.includes(`'${path}'`), path)
  match(templates.hub ?? '', /containerPort: 8080[\s\S]*TILLWAY_PORT, value: '8080'/)
  match(templates.hub ?? '', /containerPort: 9464[\s\S]*TILLWAY_METRICS_PORT, value: '9464'/)
  match(templates.agents ?? '', /containerPort: 8090[\s\S]*TILLWAY_PORT, value: '8090'/)
  match(read('deploy/haproxy.cfg'), /httpchk GET \/readyz/)
})

test('the chart asks for lag by the name that the hub tells it by', () => {
  const [metric = ''] =
    /tillway_\w+/.exec(/query: (.*)/.exec(templates.autoscaling ?? '')?.[1] ?? '') ?? []
  match(read('src/hub/metrics.ts'), new RegExp(`\\b${metric}:`))
})

test('the chart names secrets and never holds one', () => {
  for (const [name, text] of Object.entries(templates)) {
    ok(!/kind: Secret\b/.test(text), name)
    for (const [, pod] of text.matchAll(/kind: (Deployment|StatefulSet|Pod)$/gm))
      match(text, /automountServiceAccountToken: false/, `${name} ${pod}`)
  }
  const told = JSON.stringify(values)
  ok(!/password"|BEGIN|token":"/i.test(told))
})

test('what the Dockerfile copies is there and not ignored', () => {
  const ignore = read('.dockerignore').split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, sources = '']) => sources.split(/\s+/),
  )
  ok(copied.length > 8)
  for (const path of copied) {
    ok(existsSync(new URL(`../${path}`, import.meta.url)), path)
    ok(ignore.includes(`!${path.split('/')[0]}`), path)
  }
})
