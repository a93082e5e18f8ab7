/** The contract of an evaluation: a model on real data, beside a naive method and what others reach. */

export interface Figure {
  readonly name: string
  readonly value: number
}

export interface EvaluationRow {
  /** Which data, and which part of it: `rossmann, last 42 days, 3 origins`. */
  readonly dataset: string
  readonly method: string
  /** With its unit, where it has one. */
  readonly metric: string
  readonly better: 'lower' | 'higher'
  readonly ours: number
  readonly naive?: Figure
  /** `source` says where from, and on which split if it is not ours. */
  readonly peer?: Figure & {
    readonly source: string
    /** Of the peer's own method, built or run again on the rows that ours is judged on. */
    readonly onTheseRows?: number
  }
  /** What `method` took, data already read: see `timed`. */
  readonly seconds: number
  /** Left out: the most that the evaluation's process held. */
  readonly memoryMb?: number
  readonly note?: string
}

export interface EvaluationContext {
  /** Absolute path of a file under the evaluation's data. @throws when the folder was not declared */
  data(path: string): string
  progress(line: string): void
  /** Writes `docs/models/<file>`, an SVG by `./chart.ts`. */
  chart(file: string, svg: string): void
}

export interface Evaluation {
  /** For `npm run bench:models -- <name>`, `docs/models/<name>.md` and `.svg`. */
  readonly name: string
  readonly title: string
  /** Folders under `../shared/data`. */
  readonly data: readonly string[]
  /** How it was split and scored: a sentence each. */
  readonly notes: readonly string[]
  run(context: EvaluationContext): Promise<readonly EvaluationRow[]> | readonly EvaluationRow[]
}

export function defineEvaluation(evaluation: Evaluation): Evaluation {
  return evaluation
}
