/** The linear and integer solver: HiGHS in WebAssembly, loaded once for a process or a thread. */
import loader, { type Highs } from 'highs'

// Its types are of a CommonJS module, whose default lies one deeper than that of the module here.
const loadHighs = loader as unknown as () => Promise<Highs>

let loading: Promise<Highs> | undefined

export function loadSolver(): Promise<Highs> {
  loading ??= loadHighs()
  return loading
}
