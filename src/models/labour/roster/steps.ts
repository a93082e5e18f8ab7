/** What every part of a search of rosters is given. */
import type { Highs } from 'highs'
import type { Random } from '../../math/random.ts'
import type { PathSearch } from './best-path.ts'
import type { Cooling } from './cooling.ts'
import type { CompiledRoster } from './problem.ts'
import type { RosterState } from './state.ts'

export interface Steps {
  readonly highs: Highs
  readonly compiled: CompiledRoster
  readonly state: RosterState
  readonly search: PathSearch
  readonly random: Random
  readonly cooling: Cooling
  /** Of the time that has gone, from 0. */
  share(): number
  /** Remembers the state where it is the best so far. */
  keep(): void
}
