/** The models of what comes in over time, and of machines, held to what every model promises. */
import { deviationModel } from '../deviation/model.ts'
import { failureRiskModel } from '../maintenance/failure-risk.ts'
import { remainingLifeModel } from '../maintenance/remaining-life.ts'
import { createRandom } from '../math/random.ts'
import { rootCauseModel } from '../root-cause/model.ts'
import { streamingAnomalyModel } from '../streaming-anomaly/model.ts'
import { conforms } from './suite.ts'

const random = createRandom('streams')

const slots = Array.from({ length: 84 }, (_, day) => day % 7)
const days = {
  slots,
  actuals: Array.from({ length: 8 }, (_, store) =>
    slots.map((slot) => random.poisson((50 + 10 * store) * (slot > 4 ? 1.5 : 1))),
  ),
}
const recent = {
  slots: slots.slice(0, 3),
  actuals: days.actuals.map((one, store) => one.slice(0, 3).map((x) => (store === 2 ? x / 4 : x))),
}
const weekly = { slotsCount: 7, kind: 'counts' } as const
conforms({
  model: deviationModel,
  parameters: weekly,
  given: { days, recent },
  fit: () => deviationModel.fit(days, weekly),
  predict: (artifact) => deviationModel.predict(artifact, recent),
  explain: (artifact) =>
    deviationModel.explain(deviationModel.predict(artifact, recent).deviations[0]!),
  refused: {
    'a slot beyond the cycle': () =>
      deviationModel.fit({ ...days, slots: slots.map(() => 7) }, weekly),
    'other stores than were learned': (artifact) =>
      deviationModel.predict(artifact, { ...recent, actuals: [[1, 2, 3]] }),
  },
})

const incidentOf = (store: number) => {
  const rows = Array.from({ length: 9 * 12 }, (_, at) => ({
    isNow: at >= 96 ? 1 : 0,
    own: [at % 4, Math.floor(at / 4) % 3],
    attempts: 60,
  }))
  return {
    dimensions: ['store', 'tender'].map((name, at) => ({
      name,
      codes: rows.map(({ own }) => own[at]!),
      values: ['a', 'b', 'c', 'd'].slice(0, at === 0 ? 4 : 3),
    })),
    isNow: rows.map(({ isNow }) => isNow),
    attempts: rows.map(({ attempts }) => attempts),
    failures: rows.map(({ isNow, own }) =>
      random.binomial(60, isNow === 1 && own[0] === store ? 0.4 : 0.02),
    ),
  }
}
const incidents = [0, 1, 2, 3].map(incidentOf)
const truths = ['a', 'b', 'c', 'd'].map((value) => [{ terms: [{ dimension: 'store', value }] }])
conforms({
  model: rootCauseModel,
  parameters: {},
  given: incidents,
  fit: () => rootCauseModel.fit(incidents, truths),
  predict: (artifact) => rootCauseModel.predict(artifact, incidents[1]!),
  explain: (artifact) =>
    rootCauseModel.explain(artifact, rootCauseModel.predict(artifact, incidents[1]!).answers[0]!),
  refused: {
    'an answer for some only': () => rootCauseModel.fit(incidents, truths.slice(1)),
    'more failures than attempts': (artifact) =>
      rootCauseModel.predict(artifact, {
        ...incidents[0]!,
        attempts: incidents[0]!.attempts.map(() => 0),
      }),
  },
})

const wave = (from: number, count: number) =>
  Float64Array.from(
    { length: count },
    (_, at) => 100 + 40 * Math.sin((from + at) / 8) + random.normal(),
  )
const past = wave(0, 500)
const next = wave(500, 60)
next.fill(400, 40, 44)
const stream = { learningCount: 200 }
conforms({
  model: streamingAnomalyModel,
  parameters: stream,
  given: { past, next },
  fit: () => streamingAnomalyModel.fit(past, stream),
  predict: (artifact) => streamingAnomalyModel.predict(artifact, next),
  explain: (artifact) =>
    streamingAnomalyModel.explain(streamingAnomalyModel.predict(artifact, next)[41]!),
  refused: {
    'a value that is no number': (artifact) =>
      streamingAnomalyModel.predict(artifact, [Number.NaN]),
    'too short a time to learn': () => streamingAnomalyModel.fit(past, { learningCount: 1 }),
  },
})

const heat = Float32Array.from({ length: 800 }, () => random.normal())
const devices = {
  features: [{ name: 'heat', kind: 'number' as const }],
  columns: [heat],
  labels: heat.map((value) => (random.next() < (value > 1.5 ? 0.9 : 0.02) ? 1 : 0)),
}
const trees = { boosting: { loss: { kind: 'logistic' as const }, treesCount: 15 } }
conforms({
  model: failureRiskModel,
  parameters: trees,
  given: devices,
  fit: () => failureRiskModel.fit(devices, trees),
  predict: (artifact) => failureRiskModel.predict(artifact, devices),
  explain: (artifact) => failureRiskModel.explain(artifact, Float32Array.of(2)),
  refused: {
    'too few failures to learn from': () =>
      failureRiskModel.fit({ ...devices, labels: devices.labels.map(() => 0) }, trees),
    'a row with too many numbers': (artifact) =>
      failureRiskModel.explain(artifact, Float32Array.of(1, 2)),
  },
})

const runs = Array.from({ length: 12 }, (_, at) => {
  const cycles = 60 + 10 * (at % 5)
  return [
    Float64Array.from(
      { length: cycles },
      (_, cycle) => (cycle / cycles) ** 2 + 0.05 * random.normal(),
    ),
  ]
})
const life = { boosting: { treesCount: 20, learningRate: 0.2, leafRowsMin: 5 }, forestsCount: 1 }
conforms({
  model: remainingLifeModel,
  parameters: life,
  given: runs,
  fit: () => remainingLifeModel.fit(runs, ['wear'], life),
  predict: (artifact) => remainingLifeModel.predict(artifact, runs),
  explain: (artifact) => remainingLifeModel.explain(artifact, runs[3]!),
  refused: {
    'no run': () => remainingLifeModel.fit([], ['wear'], life),
    'a run with other sensors': (artifact) => remainingLifeModel.predict(artifact, [[]]),
  },
})
