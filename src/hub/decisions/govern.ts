/**
 * The one way from a proposal to anything: schema, capability, policy, then by its autonomy a
 * command, an approval, tomorrow's list, or nothing; and a ledger entry in every case. It goes in
 * stages, each for all that is decided at once.
 */
import type { Command } from '../../actions/command.ts'
import { canonicalJson } from '../../base/json.ts'
import type { Tx } from '../../base/postgres.ts'
import { sha256Hex } from '../../base/signature.ts'
import type { Autonomy } from '../../governance/autonomy.ts'
import type { NewEntry } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { ProposalDraft, Workflow } from '../../workflows/workflow.ts'
import type { Changes } from '../changes.ts'
import { issueCommands } from '../dispatch/issue.ts'
import { trackOrders } from '../dispatch/orders.ts'
import { type JudgeDeps, type Judged, judge, type Matter, type Placed } from './judge.ts'
import { requestApprovals } from './request-approvals.ts'
import { saveProposals } from './save-proposals.ts'

export interface GovernDeps extends JudgeDeps {
  readonly regionId: string
  readonly ledger: Ledger
  readonly changes: Changes
  /** A register waits: commands to it go along with the answer. */
  readonly isAnswering?: boolean
}

export interface Governed {
  readonly proposalId: string
  readonly draft: ProposalDraft
  readonly autonomy: Autonomy
  readonly policyHash: string
  readonly command: Command | undefined
}

type AnyWorkflow = Pick<Workflow, 'name' | 'version' | 'models' | 'mayPropose' | 'follow'>

/**
 * Decides the drafts of each event, and what follows from them, in the caller's transaction. A draft
 * that was decided before (same workflow, event and place) is left as it is and not returned.
 * @returns for each matter, in its place, its drafts and then what follows
 * @throws Fault proposal_malformed | action_unknown
 */
export async function govern(
  tx: Tx,
  deps: GovernDeps,
  workflow: AnyWorkflow,
  matters: readonly Matter[],
): Promise<Governed[][]> {
  const decided = await decide(tx, deps, workflow, matters.flatMap(draftsOf))
  const following = decided.flatMap((one) => followingOf(workflow, one))
  const all = [...decided, ...(await decide(tx, deps, workflow, following))]
  const commands = await carryOut(tx, deps, workflow, all)
  return matters.map((matter) =>
    all
      .filter((one) => one.matter === matter)
      .map(({ proposalId, draft, autonomy, policyHash }) => {
        return { proposalId, draft, autonomy, policyHash, command: commands.get(proposalId) }
      }),
  )
}

function draftsOf(matter: Matter): Placed[] {
  const { drafts, context, firstOrdinal = 0 } = matter
  return drafts.map((draft, index) => ({ matter, draft, context, ordinal: firstOrdinal + index }))
}

/** In places that no draft has: ten for each of an event's first ninety drafts. */
function followingOf(
  { follow }: AnyWorkflow,
  { matter, draft, autonomy, ordinal }: Judged,
): Placed[] {
  const drafts = follow?.(draft, autonomy) ?? []
  const first = 101 + 10 * ordinal
  return drafts.map((following, index) => ({
    matter,
    draft: following,
    context: {},
    ordinal: first + index,
  }))
}

async function decide(
  tx: Tx,
  deps: GovernDeps,
  workflow: AnyWorkflow,
  drafts: readonly Placed[],
): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const draft of drafts) judged.push(await judge(tx, deps, workflow, draft))
  return await saveProposals(tx, workflow, judged)
}

/** @returns commands by their proposal */
async function carryOut(
  tx: Tx,
  given: GovernDeps,
  workflow: AnyWorkflow,
  judged: readonly Judged[],
): Promise<ReadonlyMap<string, Command>> {
  if (judged.length === 0) return new Map()
  const entries: NewEntry[] = judged.map((one) => entryOf(given, workflow, one))
  // One insert for all that is recorded here.
  const ledger = {
    ...given.ledger,
    record: async (_: Tx, some: readonly NewEntry[]) => void entries.push(...some),
  }
  const deps: GovernDeps = { ...given, ledger }
  const of = (autonomy: Autonomy) => judged.filter((one) => one.autonomy === autonomy)
  await trackOrders(tx, judged.filter(({ autonomy }) => autonomy !== 'denied').map(orderOf))
  const commands = await issueCommands(tx, deps, of('automatic').map(orderOf))
  await requestApprovals(tx, deps, of('approval'))
  await given.ledger.record(tx, entries)
  for (const { origin } of new Set(judged.map(({ matter }) => matter)))
    deps.changes.announce(tx, {
      kind: 'thread',
      chainId: origin.chainId,
      traceId: traceIdOf(origin),
      storeId: origin.storeId,
    })
  return new Map(commands.map((command) => [command.proposalId, command]))
}

function orderOf({ proposalId, matter: { origin }, action, input }: Judged) {
  return { proposalId, origin, action, input }
}

function entryOf(
  { regionId }: GovernDeps,
  workflow: AnyWorkflow,
  { matter: { origin }, draft, context, verdict, refusedFor, ...one }: Judged,
): NewEntry {
  return {
    chainId: origin.chainId,
    regionId,
    at: new Date().toISOString(),
    kind: 'decision.made',
    traceId: traceIdOf(origin),
    storeId: origin.storeId,
    actor: { type: 'workflow', id: workflow.name },
    subjectId: one.proposalId,
    body: {
      eventId: origin.id,
      action: draft.action,
      workflowVersion: workflow.version,
      models: [...workflow.models],
      autonomy: one.autonomy,
      approverRole: verdict.approverRole ?? null,
      policyIds: [...verdict.policyIds],
      policyErrors: [...verdict.errors],
      policyHash: one.policyHash,
      inputHash: sha256Hex(canonicalJson(one.input)),
      contextHash: sha256Hex(canonicalJson(context)),
      reason: draft.reason,
      confidence: draft.confidence,
      ...(refusedFor !== undefined && { refusedFor }),
    },
  }
}
