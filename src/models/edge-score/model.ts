/**
 * What to ask at the till when an event is strange: nothing but a log entry, a reason, a manager's PIN,
 * or a wait for a person. By a signed table of what peers do; without one, only the log, never a block.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { refuseInput } from '../inputs.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s } from '../packed.ts'
import { cauchyOf, combineChances } from '../rates/false-discovery.ts'
import {
  countEvent,
  createCounters,
  entitiesCap,
  type Seen,
  type TillEvent,
  type TillKind,
  tillKinds,
} from './counters.ts'
import {
  nearLimitChance,
  peerChance,
  peerLevels,
  peerTable,
  type SignalName,
  signalNames,
  signalsOf,
} from './signals.ts'

export const edgeSteps = ['log', 'ask_reason', 'manager_pin', 'hold'] as const
export type EdgeStep = (typeof edgeSteps)[number]

export const EdgeParameters = z
  .strictObject({
    /** From this chance down, among honest events: about so many of a hundred are asked for nothing. */
    askReasonChance: z.number().gt(0).lt(1).default(0.02),
    /** From this chance down a manager must agree. */
    managerPinChance: z.number().gt(0).lt(1).default(0.005),
    /** From this chance down the event waits for a person. */
    holdChance: z.number().gt(0).lt(1).default(0.0005),
    /** So many signals must each be as rare as the first step asks, else nothing is held. */
    holdSignalsMin: z.int().min(1).max(5).default(2),
    /** A group with fewer events of a kind is judged by the chain's, and a chain with fewer not at all. */
    eventsMin: z.int().min(50).default(500),
  })
  .refine((one) => one.holdChance <= one.managerPinChance, { path: ['holdChance'] })
  .refine((one) => one.managerPinChance <= one.askReasonChance, { path: ['managerPinChance'] })
export type EdgeParameters = z.output<typeof EdgeParameters>

const Table = float64s.refine(
  (table) =>
    table.length === peerLevels.length &&
    table.every((value, at) => Number.isFinite(value) && (at === 0 || value >= table[at - 1]!)),
  { error: 'one number a level, none below the one before' },
)

const Peers = z.strictObject({
  /** Of all events of the group, those of this kind. */
  share: z.number().min(0).max(1),
  eventsCount: z.int().nonnegative(),
  /** By signal; one is missing where too few events have it. */
  tables: z.partialRecord(z.enum(signalNames), z.strictObject({ count: z.int(), table: Table })),
})
type Peers = z.output<typeof Peers>
const ByKind = z.partialRecord(z.enum(tillKinds), Peers)
type ByKind = z.output<typeof ByKind>

export const EdgeTable = z.strictObject({
  parameters: EdgeParameters,
  chain: ByKind,
  groups: z.record(z.string(), ByKind),
})
export type EdgeTable = z.output<typeof EdgeTable>

export interface EdgeSignal {
  readonly signal: SignalName | 'near_limit'
  /** In its own unit: a share of events, minor units, seconds; of `near_limit` the chance itself. */
  readonly value: number
  /** Of an honest peer's event with as much or more. */
  readonly chance: number
}

export interface EdgeVerdict {
  readonly step: EdgeStep
  /** All signals together (Cauchy combination); NaN where there is no verdict. */
  readonly chance: number
  /** Strangest first. */
  readonly signals: readonly EdgeSignal[]
  /** Why there is a verdict, or none. */
  readonly basis: 'group' | 'chain' | 'no_table' | 'too_few_events' | 'a_sale'
}

const eventsCap = 5_000_000
const noVerdict = { step: 'log', chance: Number.NaN, signals: [] } as const

/**
 * @param events of some weeks, in the order of their arrival; offenders among them are few
 * @throws Fault model_input_malformed | model_parameters_malformed
 */
function fit(events: readonly TillEvent[], given: z.input<typeof EdgeParameters> = {}): EdgeTable {
  const parameters = parse(EdgeParameters, given, 'model_parameters_malformed')
  if (events.length === 0 || events.length > eventsCap)
    refuseInput('events', `1 to ${eventsCap} events`)
  const byGroup = Map.groupBy(events, ({ group }) => group)
  const chain = peersOf(events, parameters)
  if (byGroup.size === 1) return { parameters, chain, groups: {} }
  const groups: Record<string, ByKind> = {}
  for (const [name, own] of byGroup) {
    const kinds = peersOf(own, parameters)
    if (Object.keys(kinds).length > 0) groups[name] = kinds
  }
  return { parameters, chain, groups }
}

function peersOf(events: readonly TillEvent[], { eventsMin }: EdgeParameters): ByKind {
  const kinds = tillKinds
    .filter((kind) => kind !== 'sale')
    .map((kind) => {
      const count = events.reduce((sum, one) => sum + (one.kind === kind ? 1 : 0), 0)
      return { kind, count, share: count / events.length }
    })
    .filter(({ count }) => count >= eventsMin)
  const observed = new Map<TillKind, { share: number; values: number[][] }>(
    kinds.map(({ kind, share }) => [kind, { share, values: signalNames.map(() => []) }]),
  )
  const counters = createCounters(entitiesCap)
  for (const event of events) {
    const seen = countEvent(counters, event, event.atMs)
    const own = observed.get(event.kind)
    if (own === undefined) continue
    const signals = signalsOf(event, seen, own.share)
    for (const [at, name] of signalNames.entries())
      if (!Number.isNaN(signals[name])) own.values[at]!.push(signals[name])
  }
  return Object.fromEntries(
    kinds.map(({ kind, count, share }) => {
      const tables = signalNames.flatMap((name, at) => {
        const own = observed.get(kind)!.values[at]!
        return own.length < eventsMin
          ? []
          : [[name, { count: own.length, table: peerTable(own) }] as const]
      })
      return [kind, { share, eventsCount: count, tables: Object.fromEntries(tables) }]
    }),
  )
}

/**
 * What to ask before the event goes on.
 * @param table `undefined` while the agent has none that it may trust: then only the log
 * @param seen what `countEvent` gave for this event
 */
function predict(table: EdgeTable | undefined, event: TillEvent, seen: Seen): EdgeVerdict {
  if (table === undefined) return { ...noVerdict, basis: 'no_table' }
  if (event.kind === 'sale') return { ...noVerdict, basis: 'a_sale' }
  const { parameters, chain, groups } = table
  const own = Object.hasOwn(groups, event.group) ? groups[event.group]![event.kind] : undefined
  const peers = own ?? chain[event.kind]
  if (peers === undefined) return { ...noVerdict, basis: 'too_few_events' }
  const signals = strangestFirst(event, seen, peers)
  const chance = combineChances(signals.map((one) => one.chance))
  return {
    step: stepOf(chance, signals, parameters),
    chance,
    signals,
    basis: own ? 'group' : 'chain',
  }
}

function strangestFirst(event: TillEvent, seen: Seen, { share, tables }: Peers): EdgeSignal[] {
  const values = signalsOf(event, seen, share)
  const signals: EdgeSignal[] = signalNames.flatMap((signal) => {
    const peers = tables[signal]
    if (peers === undefined) return []
    const value = values[signal]
    return [{ signal, value, chance: peerChance(value, peers.table, peers.count) }]
  })
  const near = nearLimitChance(event, seen)
  signals.push({ signal: 'near_limit', value: near, chance: near })
  return signals.filter(({ chance }) => !Number.isNaN(chance)).sort((a, b) => a.chance - b.chance)
}

function stepOf(
  chance: number,
  signals: readonly EdgeSignal[],
  { askReasonChance, managerPinChance, holdChance, holdSignalsMin }: EdgeParameters,
): EdgeStep {
  if (!(chance <= askReasonChance)) return 'log'
  if (chance > managerPinChance) return 'ask_reason'
  const rare = signals.filter((one) => one.chance <= askReasonChance).length
  return chance <= holdChance && rare >= holdSignalsMin ? 'hold' : 'manager_pin'
}

/** Parts of the mean of Cauchy's tangents, by which chances are combined: they add up to it. */
function explain({ signals, basis }: EdgeVerdict): Explanation {
  const whose = basis === 'group' ? 'of its group' : 'of the chain'
  const factors = signals.map(({ signal, value, chance }) => {
    const times = Math.round(1 / chance).toLocaleString('en')
    const seldom =
      signal === 'near_limit'
        ? `By chance alone they would once in ${times}.`
        : `One such event ${whose} in ${times} has as much.`
    const weight = cauchyOf(chance) / signals.length
    return { factor: signal, weight, says: `${says[signal](value)} ${seldom}` }
  })
  return { base: 0, factors: factors.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) }
}

const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`
const says: Record<EdgeSignal['signal'], (value: number) => string> = {
  rate_8h: (value) => `${percent(value)} of the events of about a shift are of this kind.`,
  rate_7d: (value) => `${percent(value)} of the events of about a week are of this kind.`,
  amount: (value) => `The amount is ${value.toLocaleString('en')} minor units.`,
  since_sale: (value) => `The last sale was ${Math.round(value / 60)} minutes before.`,
  near_limit: () => 'Amounts crowd just under the limit from which another person approves.',
}

export const edgeScore = defineModel({
  id: 'edge_score',
  version: 1,
  title: 'What to ask at the till',
  parameters: EdgeParameters,
  artifact: EdgeTable,
  fit,
  predict,
  explain,
})
