/** Composes the hub: everything that starts, in the order in which it starts. */
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../base/fault.ts'
import { createLog, type Logger } from '../base/log.ts'
import type { EventType } from '../retail/events.ts'
import type { Handler } from '../stream/log.ts'
import { createCapabilityBook } from './capabilities.ts'
import { openCell } from './cells.ts'
import type { HubConfig } from './config.ts'
import type { CellServices, HubContext } from './context.ts'
import { openControl } from './control.ts'
import type { GovernDeps } from './decisions/govern.ts'
import { takeHeldReturn } from './decisions/held-return.ts'
import { createQuestions } from './decisions/questions.ts'
import { createRunner, streamedTypes, workflowsGroup } from './decisions/runner.ts'
import { createReportHandler, reportedTypes, reportsGroup } from './dispatch/reports.ts'
import { startExpiry } from './expiry.ts'
import { openFeed } from './feed/feed.ts'
import { finishRequests } from './http/finish.ts'
import { createAgentDirectory } from './identity/agents.ts'
import { createGate, type Gate } from './identity/gate.ts'
import { createKeys } from './identity/keys.ts'
import { startMetricsServer } from './metrics-server.ts'
import { type OrganisationFile, readOrganisationFile } from './organisation/file.ts'
import { createOrganisation, type Organisation } from './organisation/organisation.ts'
import { createFactSource } from './projections/facts.ts'
import { createProjections, projectedTypes, projectionsGroup } from './projections/projections.ts'
import { createServer } from './server.ts'
import { hubVersion } from './version.ts'

export interface Hub {
  readonly url: string
  close(): Promise<void>
}

/** @throws Fault config_invalid | database_unreachable | port_taken */
export async function startHub(config: HubConfig, deps: { log?: Logger } = {}): Promise<Hub> {
  const log = deps.log ?? createLog('hub', config.logLevel)
  assertDemoStaysHere(config)
  const file = readOrganisationFile(config.organisationFile)
  const control = await openControl(config)
  const closers: (() => Promise<void>)[] = [() => control.db.destroy()]
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close()
  }
  try {
    await control.saveOrganisation(file)
    const organisation = createOrganisation(file)
    const policies = await control.activePolicies(file.chain.chainId)
    const gate = createGate(policies.engine, organisation)
    const cells = new Map<string, CellServices>()
    for (const regionId of config.regions)
      cells.set(regionId, await startCell(config, regionId, file, organisation, gate, log, closers))
    let isReady = true
    const stopping = new AbortController()
    const context: HubContext = {
      config,
      version: hubVersion,
      organisation,
      policies,
      gate,
      keys: createKeys(config.sessionKey),
      cells,
      log,
      isReady: () => isReady,
      stopping: stopping.signal,
    }
    const { host, metricsPort } = config
    if (metricsPort !== undefined) {
      const door = { host, port: metricsPort }
      const metrics = await startMetricsServer(door, cells, file.chain.chainId, log)
      closers.push(() => metrics.close())
    }
    const app = await createServer(context)
    closers.push(() => finishRequests(app))
    await app.listen({ host: config.host, port: config.port }).catch((cause) => {
      if (cause.code !== 'EADDRINUSE') throw cause
      throw new Fault('port_taken', { field: 'TILLWAY_PORT', port: config.port }, cause)
    })
    const { port } = app.server.address() as AddressInfo
    return {
      url: `http://${config.host}:${port}`,
      async close() {
        isReady = false
        await sleep(config.drainSeconds * 1000)
        stopping.abort()
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Anybody who reaches a hub with the demo's sign-in is whoever they want to be. */
function assertDemoStaysHere({ demoSignIn, demoBeyondLoopback, host }: HubConfig): void {
  if (demoSignIn && !demoBeyondLoopback && !/^(127\.|::1$|localhost$)/.test(host))
    throw new Fault('config_invalid', {
      field: 'TILLWAY_DEMO_SIGN_IN',
      expected: 'false beyond loopback',
    })
}

/** Sums and reports may be a moment behind; what leads to a command should not be. */
const linger = { projectionsMs: 50, workflowsMs: 5, reportsMs: 200 } as const

/** A cell with its workers: projections, workflows, reports, expiry, feed and the ledger's sequencer. */
async function startCell(
  config: HubConfig,
  regionId: string,
  file: OrganisationFile,
  organisation: Organisation,
  gate: Gate,
  log: Logger,
  closers: (() => Promise<void>)[],
): Promise<CellServices> {
  const { chainId } = file.chain
  const cell = await openCell(config, regionId, ({ fault, ...trouble }) =>
    log.warn({ ...trouble, code: fault.code, cause: fault.cause }, 'an event could not be handled'),
  )
  closers.push(() => cell.close())
  const { db, ledger, changes } = cell
  const govern: GovernDeps = {
    regionId,
    gate,
    ledger,
    changes,
    capabilities: createCapabilityBook(),
  }
  const facts = createFactSource(organisation)
  const agents = createAgentDirectory({ db, ledger, regionId }, chainId)
  await agents.save(file.agents.filter((agent) => agent.regionId === regionId))
  await ledger.startSequencer()
  const consume = (
    group: string,
    types: readonly EventType[],
    handler: Handler,
    lingerMs: number,
  ) => cell.log.consume({ chainId, group, types, handler, lingerMs })
  await consume(
    projectionsGroup,
    projectedTypes,
    createProjections(organisation),
    linger.projectionsMs,
  )
  await consume(workflowsGroup, streamedTypes, createRunner(govern, facts), linger.workflowsMs)
  const reports = createReportHandler({
    regionId,
    ledger,
    changes,
    takeHeldReturn: (tx, answer) => takeHeldReturn(tx, govern, cell.log, facts, answer),
  })
  await consume(reportsGroup, reportedTypes, reports, linger.reportsMs)
  let agentsLag: CellServices['agentsLag']
  if (config.agentsOnKafka) {
    // Kafka's client is loaded only where there is a Kafka.
    const { startKafkaLink } = await import('./kafka-link/kafka-link.ts')
    const link = await startKafkaLink({ config, cell, chainId, agents, gate, log })
    closers.push(() => link.close())
    agentsLag = link.lag
  }
  const expiry = startExpiry(db, govern, chainId, log)
  closers.push(() => expiry.close())
  const feed = openFeed(cell, chainId, organisation, log)
  closers.push(() => feed.close())
  const answerReturn = createQuestions(db, chainId, govern, facts)
  return { ...cell, agents, govern, answerReturn, feed, agentsLag }
}
