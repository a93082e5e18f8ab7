/** Record linkage on tokens: people with errors in their records, found again and scored. */
import { createEncoder } from '../../../src/models/linkage/encode.ts'
import { type LinkageInput, LinkageParameters } from '../../../src/models/linkage/fields.ts'
import { fitLinkage, linkRecords } from '../../../src/models/linkage/linkage.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { fake, febrl, historical, readRecords } from './files.ts'
import { type LinkageScores, scoreProfiles } from './scores.ts'

interface Case {
  readonly file: string
  readonly name: string
  readonly parameters: LinkageInput
  readonly peer: { readonly name: string; readonly value: number; readonly source: string }
  /** Fields that must all be the same. */
  readonly naive: readonly string[]
}

const splink = (value: number, source: string) => ({ name: 'Splink', value, source })

const cases: readonly Case[] = [
  {
    file: 'febrl1',
    name: 'Febrl1',
    parameters: febrl,
    peer: splink(0.9954, 'published for Febrl3 at its best threshold, which is not this file'),
    naive: ['soc_sec_id'],
  },
  {
    file: 'febrl2',
    name: 'Febrl2',
    parameters: febrl,
    peer: splink(0.9954, 'published for Febrl3 at its best threshold, which is not this file'),
    naive: ['soc_sec_id'],
  },
  {
    file: 'fake_1000',
    name: 'fake_1000',
    parameters: fake,
    peer: splink(0.862, 'published for this file at its best threshold; 0.806 at p = 0.5'),
    naive: ['email'],
  },
  {
    file: 'historical50k_dev_clusters',
    name: 'historical figures, 30 % of the clusters',
    parameters: historical,
    peer: splink(0.59, 'published for another 5,000 rows, of which many lack their others'),
    naive: ['full_name', 'dob'],
  },
]

export const linkage = defineEvaluation({
  name: 'linkage',
  title: 'Record linkage on tokens',
  data: ['customer_dedup'],
  notes: [
    'Everything is done on keyed tokens and Bloom encodings; weights are learned from the unlabelled records themselves. Labels are used only to score.',
    'Which fields block and which threshold joins was chosen with these files in sight, so the figures are a little kind; Febrl3, Febrl4 and the rest of the historical file were never seen.',
    'Seconds are of fitting and linking; encoding, which agents do, is in the note.',
    'Naive: records are one where the named fields are the same.',
  ],
  run(context) {
    const rows: EvaluationRow[] = []
    const points: { name: string; scores: LinkageScores; peer: number; naive: number }[] = []
    for (const one of cases) {
      const { row, scores, naive } = scored(
        one,
        context.data(`customer_dedup/dev/${one.file}.csv.gz`),
      )
      rows.push(...row)
      points.push({ name: one.name, scores, peer: one.peer.value, naive })
      context.progress(`${one.name}: F1 ${scores.f1.toFixed(4)}`)
    }
    context.chart(
      'linkage.svg',
      drawChart({
        title: 'Records of one person found again',
        subtitle: 'F1 over pairs; Splink as published, on Febrl3 in place of Febrl1 and 2',
        x: { label: 'file', categories: points.map(({ name }) => name.split(',')[0]!) },
        y: { label: 'F1', min: 0, max: 1 },
        series: [
          {
            name: 'Tillway, on tokens',
            kind: 'bars',
            points: points.map((p, at) => [at, p.scores.f1]),
          },
          {
            name: 'Splink, on plain text',
            kind: 'bars',
            points: points.map((p, at) => [at, p.peer]),
          },
          { name: 'same fields', kind: 'bars', points: points.map((p, at) => [at, p.naive]) },
        ],
      }),
    )
    return rows
  },
})

function scored({ name, parameters, peer, naive: fields }: Case, path: string) {
  const { values, truth } = readRecords(path, parameters)
  const beganAt = performance.now()
  const encoder = createEncoder(Buffer.alloc(32, 7), LinkageParameters.parse(parameters))
  const records = values.map((one) => encoder.encode(one))
  const encodedAt = performance.now()
  const artifact = fitLinkage(records, parameters)
  const { profiles, pairsCompared } = linkRecords(artifact, records, parameters)
  const seconds = (performance.now() - encodedAt) / 1000
  const scores = scoreProfiles(profiles, truth)
  const places = fields.map((field) => parameters.fields.findIndex((one) => one.name === field))
  const same = values.map((one, at) =>
    places.some((place) => one[place] === '') ? `alone ${at}` : places.map((p) => one[p]).join('|'),
  )
  const plain = scoreProfiles(same, truth)
  const base = { dataset: `${name}, ${records.length} records`, method: 'Fellegi-Sunter on tokens' }
  const note = `precision ${scores.precision.toFixed(4)}, recall ${scores.recall.toFixed(4)}, ${pairsCompared} pairs compared, encoding ${((encodedAt - beganAt) / 1000).toFixed(1)} s.`
  const naiveName = `same ${fields.join(' and ')}`
  const row: EvaluationRow[] = [
    {
      ...base,
      metric: 'pairwise F1',
      better: 'higher',
      ours: scores.f1,
      naive: { name: naiveName, value: plain.f1 },
      peer,
      seconds,
      note,
    },
    {
      ...base,
      metric: 'B-cubed F1',
      better: 'higher',
      ours: scores.bCubedF1,
      naive: { name: naiveName, value: plain.bCubedF1 },
      seconds,
    },
  ]
  return { row, scores, naive: plain.f1 }
}
