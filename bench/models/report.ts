/** docs/models.md and the tables on the terminal, from the results. */
import { inMarkdown, type Table } from '../parts/table.ts'
import type { EvaluationResult } from './results.ts'

type Row = EvaluationResult['rows'][number]

export function reportOf(results: readonly EvaluationResult[]): string {
  const parts = [
    '# Models on real data',
    'Written by `npm run bench:models`; `npm run bench:models -- NAME` replaces that section alone. The data is not part of the project: where it is from, and which part of it was judged on, stands in each section. A figure of ours is never from data that the model was fitted or tuned on, unless its note says so. "Naive" is the simple method named in the cell; "peer" is what others publish or reach, with its source; "on these rows" is the peer\'s own method, built or run again on the rows that ours is judged on.',
    ...results.flatMap((result) => [
      `## ${result.title}`,
      `[What it needs, promises and cannot do](models/${result.name}.md). Measured on ${result.ranOn}, ${result.machine}.`,
      inMarkdown(tableOf(result)),
      [...sourcesOf(result.rows), ...result.notes].map((line) => `- ${line}`).join('\n'),
    ]),
  ]
  return `${parts.join('\n\n')}\n`
}

export function tableOf({ name, rows }: EvaluationResult): Table {
  return {
    title: name,
    columns: ['data', 'method', 'metric', 'ours', 'naive', 'peer', 'result', 'seconds', 'MB'],
    rows: rows.map((row) => [
      row.dataset,
      row.method,
      `${row.metric} (${row.better} is better)`,
      figure(row.ours),
      row.naive === undefined ? '-' : `${figure(row.naive.value)} ${row.naive.name}`,
      peerOf(row),
      verdictOf(row),
      figure(row.seconds),
      row.memoryMb.toFixed(0),
    ]),
  }
}

function peerOf({ peer }: Row): string {
  if (peer === undefined) return '-'
  const again = peer.onTheseRows === undefined ? '' : `; on these rows ${figure(peer.onTheseRows)}`
  return `${figure(peer.value)} ${peer.name}${again}`
}

function sourcesOf(rows: readonly Row[]): string[] {
  const sources = rows.flatMap(({ peer }) => (peer ? [`Peer ${peer.name}: ${peer.source}.`] : []))
  const notes = rows.flatMap(({ dataset, method, note }) =>
    note === undefined ? [] : [`${dataset}, ${method}: ${note}`],
  )
  return [...new Set([...sources, ...notes])]
}

/** Said plainly where we are behind. */
export function verdictOf({ better, ours, naive, peer }: Row): string {
  const isAsGood = (other: number) => (better === 'lower' ? ours <= other : ours >= other)
  const parts: string[] = []
  if (naive !== undefined)
    parts.push(isAsGood(naive.value) ? 'beats naive' : '**worse than naive**')
  if (peer !== undefined) {
    const against = (value: number) =>
      isAsGood(value) ? 'at or beyond peer' : `short of peer by ${short(ours, value)}`
    parts.push(against(peer.value))
    if (peer.onTheseRows !== undefined) parts.push(`${against(peer.onTheseRows)} on these rows`)
  }
  return parts.join(', ') || '-'
}

function short(ours: number, theirs: number): string {
  if (theirs === 0) return figure(Math.abs(ours))
  return `${((Math.abs(ours - theirs) / Math.abs(theirs)) * 100).toFixed(1)} %`
}

/** Four digits that say something. */
export function figure(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en')
  if (size >= 1) return value.toFixed(size >= 100 ? 1 : 2)
  return size === 0 ? '0' : value.toPrecision(3)
}
