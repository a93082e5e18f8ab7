/** A real agent, started as an operator starts it: `tillway agent`, told by the environment. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPart } from '../../src/cli/start/child.ts'
import type { AgentState } from '../../src/link/protocol.ts'

export interface AgentProcess {
  readonly pid: number
  readonly port: number
  state(): Promise<AgentState>
  /** Resolves when nothing new came in for a while and no look-up waits. */
  quiet(): Promise<AgentState>
  stop(): Promise<void>
}

export interface AgentOptions {
  readonly folder: string
  readonly port: number
  readonly agentId: string
  /** As a connections file holds them. */
  readonly connections: readonly object[]
  /** An address where nothing listens, for an agent whose hub is away. */
  readonly hubUrl: string
  readonly environment?: Readonly<Record<string, string>>
}

const quietForMs = 3_000

export async function startAgentProcess(options: AgentOptions): Promise<AgentProcess> {
  const { folder, port, agentId, connections, hubUrl, environment } = options
  mkdirSync(folder, { recursive: true })
  const inFolder = (name: string) => join(folder, name)
  writeFileSync(inFolder('connections.json'), JSON.stringify(connections), { mode: 0o600 })
  writeFileSync(inFolder('tokens.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
  const logFile = inFolder('agent.log')
  const part = await startPart({
    name: agentId,
    args: ['agent'],
    environment: {
      TILLWAY_AGENT_ID: agentId,
      TILLWAY_HUB_URL: hubUrl,
      TILLWAY_DATA_DIR: inFolder('data'),
      TILLWAY_PORT: String(port),
      TILLWAY_CONNECTIONS_FILE: inFolder('connections.json'),
      TILLWAY_TOKEN_KEY_FILE: inFolder('tokens.key'),
      TILLWAY_VAULT_KEY_FILE: inFolder('vault.key'),
      // Once at the start; a sweep in the middle would measure the vendor's paging.
      TILLWAY_SWEEP_EVERY_SECONDS: '7200',
      TILLWAY_LOG_LEVEL: 'error',
      ...environment,
    },
    logFile,
    onRestart: (why) => process.stderr.write(`${agentId} restarted: ${why}; see ${logFile}\n`),
    onGivenUp: (why) => process.stderr.write(`${agentId} given up: ${why}; see ${logFile}\n`),
  })
  const state = async () => (await (await fetch(`${part.url}/state`)).json()) as AgentState
  return {
    pid: part.pid() ?? 0,
    port,
    state,
    async quiet() {
      let before = await state()
      for (let sinceMs = Date.now(); ; ) {
        await sleep(100)
        const now = await state()
        const isSame = now.outboxCount === before.outboxCount && now.lookupsCount === 0
        if (!isSame) sinceMs = Date.now()
        else if (Date.now() - sinceMs > quietForMs) return now
        before = now
      }
    },
    stop: () => part.stop(),
  }
}
