/** Where the cores went during a load, by process, as Linux counts it; elsewhere nothing is told. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { percent, type Table } from './table.ts'

/** Clock ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const ticksPerSecond = 100

export interface Watched {
  readonly name: string
  readonly pid: number
  /** Counts the processes that it started, too. */
  readonly withChildren?: boolean
}

interface Times {
  readonly parent: number
  readonly ticks: number
}

/** Seconds of a core that processes have had since their start, together; 0 where the system does not tell. */
export function processorSecondsOf(watched: readonly Watched[]): number {
  return watched.reduce((sum, one) => sum + ticksOf(one), 0) / ticksPerSecond
}

/** Seconds of a core that a process has had since its start; nothing where the system does not tell. */
export function processorSeconds(pid: number): number | undefined {
  const times = timesOf(pid)
  return times === undefined ? undefined : times.ticks / ticksPerSecond
}

/** Begins to count. @returns a function that tells the shares since then */
export function watchProcessors(watched: readonly Watched[]): () => Table | undefined {
  if (!existsSync('/proc/stat')) return () => undefined
  const beganAt = performance.now()
  const before = watched.map(ticksOf)
  const busyBefore = busyTicks()
  return () => {
    const seconds = (performance.now() - beganAt) / 1000
    const share = (ticks: number) => ticks / ticksPerSecond / seconds
    const own = watched.map((one, index) => share(ticksOf(one) - (before[index] ?? 0)))
    const all = share(busyTicks() - busyBefore)
    const others = Math.max(0, all - own.reduce((sum, one) => sum + one, 0))
    const rows = [
      ...watched.map(({ name }, index) => [name, percent(own[index] ?? 0)]),
      ['the system, and whatever else ran on the machine', percent(others)],
      [`together, of ${availableParallelism() * 100} %`, percent(all)],
    ]
    return { title: 'Where the cores went (100 % is one core)', columns: ['process', 'core'], rows }
  }
}

function ticksOf({ pid, withChildren }: Watched): number {
  const own = timesOf(pid)?.ticks ?? 0
  if (withChildren !== true) return own
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => timesOf(Number(name)))
    .filter((times) => times?.parent === pid)
  return children.reduce((sum, times) => sum + (times?.ticks ?? 0), own)
}

/** Fields as proc(5) numbers them: 4 is the parent, 14 to 17 are times, the last two of ended children. */
function timesOf(pid: number): Times | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    return { parent: field(4), ticks: field(14) + field(15) + field(16) + field(17) }
  } catch {
    // It has ended in the meantime.
    return undefined
  }
}

/** All that is neither idle nor waiting for a disk. */
function busyTicks(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return user + nice + system + interrupt + softInterrupt + steal
}
