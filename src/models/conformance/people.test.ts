/** The models of customers and of those who work at tills, held to what every model promises. */
import { customerValue } from '../customer-value/customer-value.ts'
import { countEvent, createCounters, type TillEvent } from '../edge-score/counters.ts'
import { edgeScore } from '../edge-score/model.ts'
import { fraudModel } from '../fraud/model.ts'
import { inspectionModel } from '../inspection/model.ts'
import { labourWorkload } from '../labour/workload.ts'
import { createEncoder } from '../linkage/encode.ts'
import { type LinkageInput, LinkageParameters } from '../linkage/fields.ts'
import { recordLinkage } from '../linkage/linkage.ts'
import { createRandom } from '../math/random.ts'
import { basketCompletion } from '../next-offer/completion.ts'
import { nextOffer } from '../next-offer/next-offer.ts'
import { ratesModel } from '../rates/model.ts'
import { conforms } from './suite.ts'

const random = createRandom('people')

const trials = Array.from({ length: 60 }, () => 100 + random.below(400))
const cashiers = {
  groups: trials.map((_, at) => (at % 2 === 0 ? 'large' : 'small')),
  counts: trials.map((count, at) => random.binomial(count, 0.005 + 0.002 * (at % 9))),
  trials,
}
conforms({
  model: ratesModel,
  parameters: {},
  given: cashiers,
  fit: () => ratesModel.fit(cashiers),
  predict: (artifact) => ratesModel.predict(artifact, cashiers),
  explain: (artifact) => ratesModel.explain(ratesModel.predict(artifact, cashiers)[0]!),
  refused: {
    'more counts than trials': () => ratesModel.fit({ groups: ['a'], counts: [3], trials: [2] }),
    'a share above one': () => ratesModel.fit(cashiers, { falseDiscoveryRatio: 2 }),
  },
})

const events = Array.from(
  { length: 1200 },
  (_, at): TillEvent => ({
    entity: `cashier_${at % 9}`,
    group: 'till',
    kind: at % 6 === 0 ? 'refund' : 'sale',
    atMs: Date.UTC(2026, 0, 5, 8) + at * 60_000,
    amountMinor: 500 + random.below(4000),
  }),
)
const ladder = { eventsMin: 50 }
const asked = { ...events[0]!, atMs: events.at(-1)!.atMs + 60_000, amountMinor: 90_000 }
const seen = countEvent(createCounters(), asked, asked.atMs)
conforms({
  model: edgeScore,
  parameters: ladder,
  given: { events, asked, seen },
  fit: () => edgeScore.fit(events, ladder),
  predict: (table) => edgeScore.predict(table, asked, seen),
  explain: (table) => edgeScore.explain(edgeScore.predict(table, asked, seen)),
  refused: {
    'no event': () => edgeScore.fit([], ladder),
    'steps in another order': () => edgeScore.fit(events, { ...ladder, holdChance: 0.5 }),
  },
})

const reports = {
  sellers: trials.flatMap((_, at) => Array.from({ length: 10 }, () => `v${at % 7}`)),
  products: trials.flatMap((_, at) => Array.from({ length: 10 }, () => `p${at % 9}`)),
  quantities: trials.flatMap(() => Array.from({ length: 10 }, () => 1 + random.below(20))),
  values: trials.flatMap(() => Array.from({ length: 10 }, () => 50 + random.below(900))),
}
const labels = reports.values.map((value, at) => (at % 3 > 0 ? Number.NaN : value > 700 ? 1 : 0))
const quick = { treesCount: 10, learningRate: 0.2 }
conforms({
  model: inspectionModel,
  parameters: quick,
  given: { reports, labels },
  fit: () => inspectionModel.fit(reports, labels, quick),
  predict: (artifact) => inspectionModel.predict(artifact, reports),
  explain: (artifact) => inspectionModel.explain(artifact, reports, 4),
  refused: {
    'values below nothing': () =>
      inspectionModel.fit({ ...reports, values: reports.values.map(() => -1) }, labels, quick),
    'a report that is not there': (artifact) => inspectionModel.explain(artifact, reports, 1e6),
  },
})

const amounts = Float32Array.from({ length: 1200 }, () => 20 * Math.exp(random.normal()))
const payments = {
  features: [{ name: 'amount', kind: 'number' as const }],
  columns: [amounts],
  labels: amounts.map((amount) => (random.next() < (amount > 40 ? 0.8 : 0.1) ? 1 : 0)),
}
const trees = { boosting: { loss: { kind: 'logistic' as const }, treesCount: 20 } }
conforms({
  model: fraudModel,
  parameters: trees,
  given: payments,
  fit: () => fraudModel.fit(payments, trees),
  predict: (artifact) => fraudModel.predict(artifact, Float32Array.of(55)),
  explain: (artifact) => fraudModel.explain(artifact, Float32Array.of(55)),
  refused: {
    'labels that are neither': () =>
      fraudModel.fit({ ...payments, labels: payments.labels.map(() => 2) }, trees),
    'a row with too many numbers': (artifact) =>
      fraudModel.predict(artifact, Float32Array.of(1, 2)),
  },
})

const linkage: LinkageInput = {
  fields: [
    { name: 'last', kind: 'text', usesFrequency: true },
    { name: 'born', kind: 'digits' },
  ],
  blocking: [['last'], ['born']],
}
const encoder = createEncoder(Buffer.alloc(32, 1), LinkageParameters.parse(linkage))
const names = ['smith', 'jones', 'taylor', 'brown', 'wilson', 'evans', 'thomas', 'roberts']
const records = Array.from({ length: 120 }, (_, at) => {
  const person = Math.floor(at / 2)
  const last = names[person % 8]!
  return encoder.encode([
    at % 6 === 1 ? last.slice(1) : last,
    `19${50 + (person % 50)}-03-0${1 + (person % 9)}`,
  ])
})
conforms({
  model: recordLinkage,
  parameters: linkage,
  given: records,
  fit: () => recordLinkage.fit(records, linkage),
  predict: (artifact) => recordLinkage.predict(artifact, records, linkage),
  explain: (artifact) => recordLinkage.explain(artifact, records[0]!, records[1]!, linkage),
  refused: {
    'no way to find pairs': () => recordLinkage.fit(records, { ...linkage, blocking: [] }),
    'records of other fields': (artifact) =>
      recordLinkage.predict(artifact, [{ fields: [] }], linkage),
  },
})

const customers = Array.from({ length: 80 }, () => {
  const repeats = random.below(6)
  const ageWeeks = 20 + random.below(30)
  return {
    repeats,
    ageWeeks,
    lastWeeks: repeats === 0 ? 0 : random.next() * ageWeeks,
    meanMinor: 1000 + random.below(4000),
  }
})
conforms({
  model: customerValue,
  parameters: {},
  given: customers,
  fit: () => customerValue.fit(customers),
  predict: (artifact) => customerValue.predict(artifact, customers[0]!),
  explain: (artifact) => customerValue.explain(artifact, customers[0]!),
  refused: {
    'too few to learn from': () => customerValue.fit(customers.slice(0, 3)),
    'a last purchase after today': (artifact) =>
      customerValue.predict(artifact, { ...customers[0]!, lastWeeks: 99 }),
  },
})

const baskets = Array.from({ length: 60 }, (_, at) => [at % 5, (at + 1) % 5, 5 + (at % 3)])
const histories = Array.from({ length: 20 }, (_, at) => baskets.slice(at, at + 4))
const items = { itemsCount: 8 }
conforms({
  model: nextOffer,
  parameters: items,
  given: histories,
  fit: () => nextOffer.fit(histories, items),
  predict: (artifact) => nextOffer.predict(artifact, 2, 3, items),
  explain: (artifact) => nextOffer.explain(artifact, 2, 1, items),
  refused: {
    'an item beyond the catalogue': () => nextOffer.fit([[[8]]], items),
    'a customer who is not there': (artifact) => nextOffer.predict(artifact, 99, 3, items),
  },
})
conforms({
  model: basketCompletion,
  parameters: items,
  given: baskets,
  fit: () => basketCompletion.fit(baskets, items),
  predict: (artifact) => basketCompletion.predict(artifact, [0, 5], 3),
  explain: (artifact) => basketCompletion.explain(artifact, [0, 5], 1),
  refused: {
    'an item beyond the catalogue': () => basketCompletion.fit([[8]], items),
    'a question about what is held': (artifact) => basketCompletion.explain(artifact, [0, 5], 5),
  },
})

const scanned = Array.from({ length: 200 }, () => 1 + random.below(30))
const seconds = scanned.map((count) => 40 + 3 * count + random.below(20))
const slot = { minutes: 60, sales: 70, salesVariance: 90, itemsASale: 12, taskHours: 1 }
conforms({
  model: labourWorkload,
  parameters: {},
  given: { scanned, seconds, slot },
  fit: () => labourWorkload.fit(scanned, seconds),
  predict: (artifact) => labourWorkload.predict(artifact, slot),
  explain: (artifact) => labourWorkload.explain(artifact, slot),
  refused: {
    'a time for some only': () => labourWorkload.fit(scanned, [10]),
    'a slot of no length': (artifact) => labourWorkload.predict(artifact, { ...slot, minutes: 0 }),
  },
})
