/** The record files parted into two, in which each person stands once at most, and linked again. */
import { createEncoder } from '../../../src/models/linkage/encode.ts'
import { LinkageParameters } from '../../../src/models/linkage/fields.ts'
import { fitFiles, fitTable, linkFiles, matchTable } from '../../../src/models/linkage/linkage.ts'
import type { EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import type { Case } from './cases.ts'
import type { RecordFile } from './files.ts'
import { plainTable } from './plain.ts'
import { scoreLinks } from './scores.ts'

/** Lower than within one file: that each record has one partner at most rules out most errors. */
const joinRatio = 0.2

/** The first and the last record of each person. @returns 0 or 1 by file, -1 for those between */
export function partRecords(truth: readonly string[]): number[] {
  const sizes = new Map<string, number>()
  for (const person of truth) sizes.set(person, (sizes.get(person) ?? 0) + 1)
  const seen = new Map<string, number>()
  let singles = 0
  return truth.map((person) => {
    if (sizes.get(person) === 1) {
      singles += 1
      return (singles - 1) % 2
    }
    const before = seen.get(person) ?? 0
    seen.set(person, before + 1)
    if (before === 0) return 0
    return before === sizes.get(person)! - 1 ? 1 : -1
  })
}

export async function twoFileRow(
  one: Case,
  { values, truth }: Pick<RecordFile, 'values' | 'truth'>,
  key: Uint8Array,
): Promise<EvaluationRow> {
  const parts = partRecords(truth)
  const [first, second] = [0, 1].map((file) => [...parts.keys()].filter((at) => parts[at] === file))
  const people = [first!, second!].map((places) => places.map((at) => truth[at]!))
  const scored = (matches: Int32Array) => scoreLinks(matches, people[0]!, people[1]!)
  const parameters = LinkageParameters.parse({ ...one.parameters, joinRatio })
  const encoder = createEncoder(key, parameters)
  const [records, others] = [first!, second!].map((places) =>
    places.map((at) => encoder.encode(values[at]!)),
  )
  const linked = await timed(() =>
    linkFiles(fitFiles(records!, others!, parameters), records!, others!, parameters),
  )
  const plain = plainTable(
    parameters,
    [...first!, ...second!].map((at) => values[at]!),
    first!.length,
  )
  const onPlain = scored(matchTable(fitTable(parameters, plain), plain, parameters).matches)
  const scores = scored(linked.result.matches)
  const same = sameFields(one, values)
  return {
    dataset: `${one.name} as two files, ${first!.length} and ${second!.length} records`,
    method: 'one to one on tokens',
    metric: 'F1 over links',
    better: 'higher',
    ours: scores.f1,
    naive: {
      name: `same ${one.naive.join(' and ')}`,
      value: scored(firstMatches(first!, second!, same)).f1,
    },
    peer: one.peerOfTwo,
    seconds: linked.seconds,
    note: `precision ${scores.precision.toFixed(4)}, recall ${scores.recall.toFixed(4)}; on plain text F1 ${onPlain.f1.toFixed(4)}.`,
  }
}

/** A label for each record, the same where all of the case's naive fields are. */
export function sameFields(
  { naive, parameters }: Case,
  values: readonly (readonly string[])[],
): string[] {
  const places = naive.map((name) => parameters.fields.findIndex((field) => field.name === name))
  return values.map((one, at) =>
    places.some((place) => one[place] === '')
      ? `alone ${at}`
      : places.map((place) => one[place]).join('|'),
  )
}

/** Each record with the first of the other file that has its label and is still free. */
function firstMatches(
  first: readonly number[],
  second: readonly number[],
  labels: readonly string[],
): Int32Array {
  const free = Map.groupBy([...second.keys()], (place) => labels[second[place]!]!)
  return Int32Array.from(first, (at) => free.get(labels[at]!)?.shift() ?? -1)
}
