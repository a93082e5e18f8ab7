/** What a process holds of the machine's memory, as the operating system counts it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export interface MemoryReading {
  readonly what: string
  readonly stores: number
  readonly residentBytes: number
  /** The most it ever held; absent where the system does not tell. */
  readonly peakBytes?: number
}

export function readMemory(what: string, stores: number, pid: number): MemoryReading {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) {
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
    return { what, stores, residentBytes: Number(kilobytes) * 1024 }
  }
  const text = readFileSync(status, 'utf8')
  const bytes = (name: string) => Number(text.match(`${name}:\\s+(\\d+)`)?.[1] ?? 0) * 1024
  return { what, stores, residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') }
}
