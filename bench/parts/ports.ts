/** Ports for one run: from a place of its own, so that two runs on a machine do not meet. */
import { freePorts } from '../../src/cli/start/ports.ts'

const range = { first: 20_000, starts: 400, apart: 20 } as const

export function benchPorts(count: number): Promise<number[]> {
  const start = Math.floor(Math.random() * range.starts)
  return freePorts(range.first + start * range.apart, count)
}
