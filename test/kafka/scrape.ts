/** What a hub's monitor door tells. */
import { equal } from 'node:assert/strict'

/** @returns each sample by its name and labels */
export async function scrape(metricsUrl: string): Promise<Map<string, number>> {
  const response = await fetch(metricsUrl, { signal: AbortSignal.timeout(8_000) })
  equal(response.status, 200)
  const lines = (await response.text()).split('\n').filter((line) => /^[a-z]/.test(line))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}
