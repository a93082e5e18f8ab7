/** The contract of a measurement: it runs, and tells what it found, beside a goal or another figure. */
import type { MemoryReading } from './memory/readings.ts'
import type { Table } from './parts/table.ts'

/** What measurements share in one run. */
export interface BenchContext {
  /** A folder of this run's own, on the disk that is measured; removed at the end. */
  readonly folder: string
  readonly say: (line: string) => void
  /** What processes weighed when a measurement was done with them. */
  readonly memory: MemoryReading[]
  /** Runs after the measurements that share what it closes. */
  atEnd(close: () => Promise<void>): void
}

export interface Goal {
  readonly says: string
  readonly wanted: string
  readonly measured: string
  readonly isMet: boolean
  /** By how much it is missed, in words. */
  readonly missedBy?: string
  readonly inTheWay?: string
}

export interface Finding {
  readonly tables: readonly Table[]
  readonly goals: readonly Goal[]
  /** How it was measured, and what to bear in mind when reading it: a sentence each. */
  readonly notes: readonly string[]
}

export interface Measurement {
  /** For `npm run bench -- <name>`. */
  readonly name: string
  readonly title: string
  run(context: BenchContext): Promise<Finding>
}

interface GoalInput {
  readonly says: string
  readonly measured: number
  readonly wanted: number
  readonly show: (value: number) => string
  /** What a profile showed to hold it back; told only where it is missed. */
  readonly inTheWay: string
}

/** A goal of so many at least. */
export function atLeast({ says, measured, wanted, show, inTheWay }: GoalInput): Goal {
  const isMet = measured >= wanted
  const missed = { missedBy: show(wanted - measured), inTheWay }
  return {
    says,
    wanted: `at least ${show(wanted)}`,
    measured: show(measured),
    isMet,
    ...(!isMet && missed),
  }
}

/** A goal of less than so many. */
export function below({ says, measured, wanted, show, inTheWay }: GoalInput): Goal {
  const isMet = measured < wanted
  const times = `${show(measured - wanted)} (${(measured / wanted).toFixed(1)} times the goal)`
  const missedBy = Number.isFinite(measured) ? times : 'more than can be told'
  return {
    says,
    wanted: `under ${show(wanted)}`,
    measured: show(measured),
    isMet,
    ...(!isMet && { missedBy, inTheWay }),
  }
}
