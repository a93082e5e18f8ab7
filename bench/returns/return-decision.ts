/** How long a register waits for the answer to a return: from the hub, and from its agent alone. */
import { join } from 'node:path'
import type { TimedResult } from '../load/generator.ts'
import { saveRequests } from '../load/requests.ts'
import { openLoop, type WholeLoop } from '../loop/whole-loop.ts'
import { type BenchContext, below, type Finding, type Measurement } from '../measurement.ts'
import { readMemory } from '../memory/readings.ts'
import { quantile } from '../parts/statistics.ts'
import { ms, type Table, whole } from '../parts/table.ts'
import { questionsOf } from './questions.ts'

const perSecond = 200
const seconds = 20
const warmUpSeconds = 5
const hubSays = '"decidedBy":"hub"'
const agentSays = '"decidedBy":"agent"'

interface Phase {
  readonly says: string
  readonly latenciesMs: readonly number[]
  readonly result: TimedResult
  readonly cores: Table | undefined
}

export const returnDecision: Measurement = {
  name: 'returns',
  title: 'A return decided while the register waits',
  async run(context) {
    const loop = await openLoop(context)
    const online = await ask(context, loop, 'online', 'the hub decides')
    weigh(context, loop)
    const hubPid = loop.hub.pid()
    if (hubPid === undefined) throw new Error('the hub has ended')
    // It still takes connections, as a hub behind a dead network does, and never answers.
    process.kill(hubPid, 'SIGSTOP')
    const silent = await ask(context, loop, 'silent', 'the hub is silent').finally(() =>
      process.kill(hubPid, 'SIGCONT'),
    )
    await loop.hub.stop()
    const away = await ask(context, loop, 'away', 'the hub is down')
    return findingOf(online, away, silent)
  },
}

async function ask(
  { folder, say }: BenchContext,
  { stores, receipts, generator, agent, watch }: WholeLoop,
  name: string,
  says: string,
): Promise<Phase> {
  const count = perSecond * (warmUpSeconds + seconds)
  const file = join(folder, `questions-${name}.bin`)
  saveRequests(file, questionsOf(stores, receipts, name, count))
  await generator.ask('load', file)
  say(`returns: ${perSecond} questions/s for ${warmUpSeconds + seconds} s; ${says}`)
  const cores = watch()
  const result = await generator.ask('pace', {
    port: agent.port,
    from: 0,
    count,
    connections: 64,
    perSecond,
    markers: [hubSays, agentSays],
  })
  const latenciesMs = result.latenciesMs.slice(perSecond * warmUpSeconds)
  return { says, result, latenciesMs, cores: cores() }
}

function weigh({ memory }: BenchContext, { stores, agent, hub }: WholeLoop): void {
  memory.push(readMemory('agent of the whole loop, after its load', stores.length, agent.pid))
  memory.push(readMemory('hub, after its load', stores.length, hub.pid() ?? 0))
}

function findingOf(online: Phase, away: Phase, silent: Phase): Finding {
  const p99 = ({ latenciesMs }: Phase) => quantile(latenciesMs, 0.99)
  return {
    tables: [
      {
        title: `Waiting time at the register, ${perSecond} questions/s for ${seconds} s each`,
        columns: ['', 'p50', 'p95', 'p99', 'most', 'by the hub', 'by the agent', 'not 200'],
        rows: [online, away, silent].map(rowOf),
      },
      ...(online.cores === undefined
        ? []
        : [{ ...online.cores, title: `${online.cores.title} while the hub decided` }]),
    ],
    goals: [
      below({
        says: `Return decided by the hub, p99 at ${perSecond}/s`,
        measured: p99(online),
        wanted: 25,
        show: ms,
        inTheWay:
          'agent, hub, PostgreSQL and the load share two cores: questions that come together share a transaction at the hub, but each also brings three events, which ingest and the hub’s consumers take in by transactions of their own, a few for every partition and second',
      }),
      below({
        says: `Return decided by the agent alone, p99 at ${perSecond}/s`,
        measured: p99(away),
        wanted: 5,
        show: ms,
        inTheWay:
          'the commit’s flush to disk, asking the policies, and what else the agent’s one thread does in between (trying the hub, tidying up)',
      }),
    ],
    notes: [
      'Measured at the caller, a signed question over HTTP to the agent’s companion door, from the moment it was due (evenly spaced, open loop); counts of who decided include the warm-up.',
      'Each question is a return of its own with a receipt, small enough to be accepted without a person. The question is durable at the agent before the hub is asked, the answer before the register hears it; the hub’s answer is a proposal, a policy decision, ledger entries and a command in one transaction of PostgreSQL (fsync on), shared by those who ask while others are at work.',
      '“The hub is down” refuses connections; “silent” accepts them and never answers, so that each first question after the circuit closes waits out the deadline (300 ms) before the agent decides.',
    ],
  }
}

function rowOf({ says, latenciesMs, result: { statuses, marked } }: Phase): string[] {
  const other = Object.entries(statuses).filter(([status]) => status !== '200')
  return [
    says,
    ...[0.5, 0.95, 0.99, 1].map((ratio) => ms(quantile(latenciesMs, ratio))),
    whole(marked[hubSays] ?? 0),
    whole(marked[agentSays] ?? 0),
    whole(other.reduce((sum, [, count]) => sum + count, 0)),
  ]
}
