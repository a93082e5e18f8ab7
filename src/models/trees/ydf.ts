/**
 * Yggdrasil Decision Forests in WebAssembly: no setting but the task, no weights, no seed. Decision 0012
 * says where it stands beside our own trees. Training leaves marks on the globals of its thread (a zip
 * library, listeners, lines on the console): call `trainYdf` by `mapInThreads`.
 */
import { createRequire } from 'node:module'
import { Fault } from '../../base/fault.ts'
import {
  checkLabels,
  checkTable,
  type LabelledTable,
  type Table,
} from './histogram-boosting/table.ts'

export interface YdfJob {
  readonly table: LabelledTable
  readonly task: 'REGRESSION' | 'CLASSIFICATION'
  /** Left out: boosted trees. */
  readonly learner?: Learner
}

type Learner = 'GradientBoostedTreesLearner' | 'RandomForestLearner'

type Columns = Record<string, (number | string | null)[]>

interface YdfModel {
  predict(examples: Columns): number[]
  /** Commonest first; of two, chances are of the last. */
  getLabelClasses(): string[]
  save(): Promise<Blob>
  unload(): void
}

type YdfTraining = Readonly<
  Record<
    Learner,
    new (
      label: string,
      task: YdfJob['task'],
    ) => { train(columns: Columns): YdfModel }
  >
>

interface YdfInference {
  loadModelFromZipBlob(bytes: Uint8Array): Promise<YdfModel>
}

const require = createRequire(import.meta.url)
const silent = { print: () => {}, printErr: () => {} }
/** No column may have this name, nor has one in practice. */
const labelName = '\u0001label'

/** @returns the model as bytes (a zip file) @throws Fault model_input_malformed */
export async function trainYdf({
  table,
  task,
  learner: kind = 'GradientBoostedTreesLearner',
}: YdfJob): Promise<Uint8Array> {
  checkTable(table)
  checkLabels(table)
  const library = await load<YdfTraining>(() => require('ydf-training'))
  const labels = Array.from(table.labels, (label) =>
    task === 'REGRESSION' ? label : `class ${label}`,
  )
  const log = console.log
  console.log = () => {}
  try {
    const learner = new library[kind](labelName, task)
    const model = learner.train({ ...columnsOf(table, Number.NaN, 'none'), [labelName]: labels })
    try {
      return new Uint8Array(await (await model.save()).arrayBuffer())
    } finally {
      model.unload()
    }
  } finally {
    console.log = log
  }
}

export interface YdfPredictor {
  /** A mean, or the chance of label 1. */
  predict(table: Table): Float64Array
  close(): void
}

/** @throws Fault artifact_malformed */
export async function openYdf(bytes: Uint8Array): Promise<YdfPredictor> {
  const { loadModelFromZipBlob } = await load<YdfInference>(() => require('ydf-inference'))
  let model: YdfModel
  try {
    model = await loadModelFromZipBlob(bytes)
  } catch (cause) {
    throw new Fault('artifact_malformed', { expected: 'a model of ydf as a zip file' }, cause)
  }
  const isTurned = model.getLabelClasses().at(-1) === 'class 0'
  return {
    predict: (table) => {
      checkTable(table)
      const found = Float64Array.from(model.predict(columnsOf(table, null, null)))
      return isTurned ? found.map((chance) => 1 - chance) : found
    },
    close: () => model.unload(),
  }
}

/** Each package wants a zip library as a global, and listens to failures that are not its own. */
async function load<Library>(find: () => unknown): Promise<Library> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.rawListeners(event))
  Object.assign(globalThis, { JSZip: require('jszip') })
  const open = find() as (options: typeof silent) => Promise<Library>
  const library = await open({ ...silent })
  for (const [at, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (!before[at]?.includes(listener)) process.removeListener(event, listener as () => void)
  return library
}

function columnsOf(
  { features, columns }: Table,
  missingNumber: number | null,
  missingCategory: string | null,
): Columns {
  return Object.fromEntries(
    features.map(({ name, kind }, at) => [
      name,
      Array.from(columns[at]!, (value) => {
        if (kind === 'number') return Number.isNaN(value) ? missingNumber : value
        return Number.isNaN(value) ? missingCategory : `code ${value}`
      }),
    ]),
  )
}
