/** Where the run stands, kept with everything it did: a restart goes on from exactly here. */
import { Fault } from '../base/fault.ts'
import type { Pass } from './day-plan.ts'
import type { DocumentStore } from './document-store.ts'
import type { TillReturnQuestion } from './till.ts'

/** What a run is made of; another seed or other data would be another run. */
export interface RunIdentity {
  readonly seed: string
  readonly lanesCount: number
  readonly entriesCount: number
  readonly daysCount: number
}

export interface Position {
  /** Days since the run's first. */
  readonly dayOfRun: number
  /** Place of the next event in that day's plan. */
  readonly index: number
  readonly simulatedMs: number
}

/** A return on the counter, or goods on their way: what is still to come, beside the plan. */
export type Task = { readonly key: string; readonly storeId: string; readonly atMs: number } & (
  | {
      readonly kind: 'return'
      readonly entryIndex: number
      readonly pass: Pass
      readonly question: TillReturnQuestion
      readonly isFaulty: boolean
      readonly askedCount: number
    }
  | {
      readonly kind: 'delivery'
      readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
    }
)

export interface RunState {
  readonly startDate: string
  position(): Position
  moveTo(position: Position): void
  tasks(): Task[]
  putTask(task: Task): void
  removeTask(key: string): void
}

interface StoredRun extends RunIdentity {
  readonly startDate: string
}

/** @throws Fault config_invalid when the data directory holds another run */
export function openRunState(
  documents: DocumentStore,
  identity: RunIdentity,
  begin: () => { startDate: string; simulatedMs: number },
): RunState {
  const stored = documents.get<StoredRun>('run', 'identity')?.value
  if (stored === undefined) {
    const { startDate, simulatedMs } = begin()
    documents.put('run', 'identity', { ...identity, startDate }, 0)
    documents.put('run', 'position', { dayOfRun: 0, index: 0, simulatedMs }, simulatedMs)
    return stateOf(documents, startDate)
  }
  for (const name of Object.keys(identity) as (keyof RunIdentity)[])
    if (stored[name] !== identity[name])
      throw new Fault('config_invalid', {
        field: 'dataDir',
        expected: `the run that was begun there (${name} ${stored[name]}), or an empty directory`,
        given: identity[name],
      })
  return stateOf(documents, stored.startDate)
}

function stateOf(documents: DocumentStore, startDate: string): RunState {
  return {
    startDate,
    position() {
      const position = documents.get<Position>('run', 'position')?.value
      if (position === undefined) throw new Fault('internal', { field: 'position' })
      return position
    },
    moveTo: (position) => void documents.put('run', 'position', position, position.simulatedMs),
    tasks: () => documents.after<Task>('task', 0, 100_000).map(({ value }) => value),
    putTask: (task) => void documents.put('task', task.key, task, task.atMs),
    removeTask: (key) => void documents.remove('task', key),
  }
}
