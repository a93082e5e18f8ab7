/** Boosted trees: they learn what is there, explain themselves to the last part, and refuse nonsense. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { Fault } from '../../../base/fault.ts'
import { createRandom } from '../../math/random.ts'
import { float64s, int32s, uint16s } from '../../packed.ts'
import { pathContributions, shapleyContributions } from './contributions.ts'
import { Forest } from './forest.ts'
import type { BoostingInput, Loss } from './parameters.ts'
import { goesLeft, predictRow, predictTable, scoreTable } from './predict.ts'
import type { LabelledTable, Table } from './table.ts'
import { trainForest } from './train.ts'

interface Shape {
  readonly rows: number
  readonly seed: number
  readonly label: (x: number, z: number, c: number, noise: number) => number
  readonly missingRatio?: number
}

/** Two columns of numbers and one of twelve categories, some of it missing. */
function make({ rows, seed, label, missingRatio = 0.1 }: Shape): LabelledTable {
  const random = createRandom(seed)
  const [x, z, c, labels] = [0, 0, 0, 0].map(() => new Float32Array(rows)) as Columns
  for (let row = 0; row < rows; row += 1) {
    x[row] = random.normal()
    z[row] = random.next() < missingRatio ? Number.NaN : random.next() * 4
    c[row] = random.next() < missingRatio ? Number.NaN : random.below(12)
    labels[row] = label(x[row]!, z[row]!, c[row]!, random.normal())
  }
  const features = [
    { name: 'x', kind: 'number' },
    { name: 'z', kind: 'number' },
    { name: 'c', kind: 'category' },
  ] as const
  return { features, columns: [x, z, c], labels }
}
type Columns = [Float32Array, Float32Array, Float32Array, Float32Array]

const odd = (c: number) => (c % 3 === 1 ? 2 : 0)
const level = (x: number, z: number, c: number) =>
  (x > 0.3 ? 1 : -1) + (Number.isNaN(z) ? 3 : z) + odd(c)
const rowOf = ({ columns }: Table, at: number) =>
  Float32Array.from(columns, (column) => column[at]!)
const quick: BoostingInput = { loss: { kind: 'squared' }, treesCount: 60, learningRate: 0.2 }

function errorOf(table: LabelledTable, predictions: Float64Array): number {
  const errors = predictions.map((one, row) => (one - table.labels[row]!) ** 2)
  return Math.sqrt(errors.reduce((sum, one) => sum + one, 0) / errors.length)
}

test('numbers, categories and what is missing are learnt, and hold on other rows', () => {
  const label = (x: number, z: number, c: number, noise: number) => level(x, z, c) + 0.1 * noise
  const { forest } = trainForest(make({ rows: 3000, seed: 1, label }), quick)
  const other = make({ rows: 1000, seed: 2, label })
  ok(errorOf(other, predictTable(forest, other)) < 0.2)
  ok(forest.features.every(({ gain }) => gain > 0))
})

const means: { loss: Loss; label: Shape['label']; wants: number; within: number }[] = [
  {
    loss: { kind: 'poisson' },
    label: (x, _, __, noise) => (x > 0 ? 4 : 1) + (noise > 0 ? 1 : 0),
    wants: 4.5,
    within: 0.15,
  },
  {
    loss: { kind: 'tweedie', power: 1.5 },
    label: (_, __, ___, noise) => (noise > 0 ? 6 : 0),
    wants: 3,
    within: 0.5,
  },
  {
    loss: { kind: 'logistic' },
    label: (x, _, __, noise) => (x > 0 === noise > -1 ? 1 : 0),
    wants: 0.841,
    within: 0.05,
  },
  {
    loss: { kind: 'absolute' },
    label: (x, _, __, noise) => (x > 0 ? 5 : 0) + (noise > 0.6 ? 100 : 0),
    wants: 5,
    within: 0.2,
  },
  {
    loss: { kind: 'quantile', ratio: 0.9 },
    label: (x, _, __, noise) => (x > 0 ? 5 : 0) + noise,
    wants: 6.28,
    within: 0.25,
  },
]
for (const { loss, label, wants, within } of means)
  test(`${loss.kind}: gives what it is meant to`, () => {
    const table = make({ rows: 6000, seed: 3, label })
    const parameters = { loss, treesCount: 80, leavesMax: 4, leafRowsMin: 200 }
    const predictions = predictTable(trainForest(table, parameters).forest, table)
    const right = predictions.filter((_, row) => table.columns[0]![row]! > 0.2)
    const mean = right.reduce((sum, one) => sum + one, 0) / right.length
    ok(Math.abs(mean - wants) < within, `${mean} for ${wants}`)
  })

test('softmax: chances of three classes that add up to one', () => {
  const label = (x: number) => (x < -0.5 ? 0 : x < 0.5 ? 1 : 2)
  const table = make({ rows: 2000, seed: 4, label })
  const { forest } = trainForest(table, { ...quick, loss: { kind: 'softmax', classesCount: 3 } })
  const chances = predictTable(forest, table)
  let right = 0
  for (let row = 0; row < 2000; row += 1) {
    const own = chances.subarray(3 * row, 3 * row + 3)
    ok(Math.abs(own[0]! + own[1]! + own[2]! - 1) < 1e-9)
    if (own[table.labels[row]!]! > 0.5) right += 1
  }
  ok(right > 1980, String(right))
})

test('contributions of both kinds add up to the score', () => {
  const table = make({ rows: 800, seed: 5, label: (x, z, c, noise) => level(x, z, c) * x + noise })
  const { forest } = trainForest(table, { ...quick, treesCount: 20 })
  const scores = scoreTable(forest, table)
  fc.assert(
    fc.property(fc.nat({ max: 799 }), (at) => {
      for (const explain of [pathContributions, shapleyContributions]) {
        const { base, byFeature } = explain(forest, rowOf(table, at))
        const sum = byFeature.reduce((total, one) => total + one, base)
        ok(Math.abs(sum - scores[at]!) < 1e-9 * Math.max(1, Math.abs(scores[at]!)))
      }
    }),
    { numRuns: 40 },
  )
})

test('Shapley values are what all orders of telling give, by brute force', () => {
  const table = make({ rows: 500, seed: 6, label: (x, z, c, noise) => level(x, z, c) * x + noise })
  const { forest } = trainForest(table, { ...quick, treesCount: 6, leavesMax: 8 })
  for (const at of [0, 7, 99]) {
    const row = rowOf(table, at)
    const { byFeature } = shapleyContributions(forest, row)
    for (const [feature, found] of byFeature.entries()) {
      const [a, b] = [0, 1, 2].filter((one) => one !== feature) as [number, number]
      const gain = (known: number[]) =>
        expected(forest, row, new Set([...known, feature])) - expected(forest, row, new Set(known))
      const wanted = gain([]) / 3 + (gain([a]) + gain([b])) / 6 + gain([a, b]) / 3
      ok(Math.abs(found - wanted) < 1e-9, `${found} for ${wanted}`)
    }
  }
})

/** The score when only some features are known: at the others both ways, by rows. */
function expected(forest: Forest, row: Float32Array, known: ReadonlySet<number>): number {
  const rowsOf = (node: number): number =>
    node < 0 ? forest.leafRows[~node]! : rowsOf(forest.left[node]!) + rowsOf(forest.right[node]!)
  const at = (node: number): number => {
    if (node < 0) return forest.leafValues[~node]!
    const [left, right] = [forest.left[node]!, forest.right[node]!]
    const feature = forest.feature[node]!
    if (known.has(feature)) return at(goesLeft(forest, node, row[feature]!) ? left : right)
    return (rowsOf(left) * at(left) + rowsOf(right) * at(right)) / rowsOf(node)
  }
  return forest.roots.reduce((sum, root) => sum + at(root), forest.base[0]!)
}

test('one seed, one forest, through JSON and back; samples differ by seed', () => {
  const table = make({ rows: 600, seed: 7, label: (x, z, c, noise) => level(x, z, c) + noise })
  const grow = (seed: number) =>
    trainForest(table, { ...quick, seed, rowsRatio: 0.7, featuresRatio: 0.7 }).forest
  const text = JSON.stringify(z.encode(Forest, grow(1)))
  equal(JSON.stringify(z.encode(Forest, grow(1))), text)
  ok(JSON.stringify(z.encode(Forest, grow(2))) !== text)
  deepEqual(predictTable(Forest.parse(JSON.parse(text)), table), predictTable(grow(1), table))
})

test('a forest that points outside itself, or back, is refused', () => {
  const table = make({ rows: 600, seed: 7, label: (x, z, c, noise) => level(x, z, c) + noise })
  const { forest } = trainForest(table, { ...quick, treesCount: 3 })
  const wire = z.encode(Forest, forest)
  ok(Forest.safeParse(wire).success && forest.left.length > 2)
  const numbers = (of: ArrayLike<number>, value: number) => new Int32Array(of.length).fill(value)
  const damaged = {
    left: z.encode(int32s, numbers(forest.left, 0)),
    right: z.encode(int32s, numbers(forest.right, 1_000_000)),
    roots: z.encode(int32s, numbers(forest.roots, -1_000_000)),
    feature: z.encode(uint16s, new Uint16Array(forest.feature.length).fill(9)),
    setAt: z.encode(int32s, numbers(forest.setAt, 5_000_000)),
    leafRows: z.encode(float64s, forest.leafRows.slice(1)),
    base: [],
  }
  for (const [part, value] of Object.entries(damaged))
    equal(Forest.safeParse({ ...wire, [part]: value }).success, false, part)
})

test('a monotone column never goes the other way', () => {
  const table = make({
    rows: 1500,
    seed: 8,
    label: (x, _, __, noise) => Math.sin(3 * x) + x + noise,
  })
  const { forest } = trainForest(table, { ...quick, monotone: { x: 1, z: -1 } })
  const at = (x: number, z: number, c: number) => predictRow(forest, Float32Array.of(x, z, c))[0]!
  const number = fc.double({ min: -4, max: 4, noNaN: true })
  fc.assert(
    fc.property(number, number, number, fc.nat({ max: 12 }), (a, b, z, c) => {
      ok(at(Math.min(a, b), z, c) <= at(Math.max(a, b), z, c) + 1e-12)
      ok(at(z, Math.min(a, b), c) >= at(z, Math.max(a, b), c) - 1e-12)
    }),
  )
})

test('rows in another order, a column stretched: the same predictions', () => {
  const table = make({ rows: 900, seed: 9, label: (x, z, c, noise) => level(x, z, c) + noise })
  const plain = predictTable(trainForest(table, quick).forest, table)
  const stretched = {
    ...table,
    columns: table.columns.map((column, at) =>
      at === 0 ? Float32Array.from(column, (x) => 8 * x) : column,
    ),
  }
  deepEqual(predictTable(trainForest(stretched, quick).forest, stretched), plain)
  const turned = {
    ...table,
    columns: table.columns.map((column) => Float32Array.from(column).reverse()),
    labels: Float32Array.from(table.labels).reverse(),
  }
  const backwards = predictTable(trainForest(turned, quick).forest, turned).reverse()
  // Sums in another order may decide between splits that gain the same.
  const moved = backwards.filter((one, row) => Math.abs(one - plain[row]!) > 1e-6)
  ok(moved.length < 45, String(moved.length))
})

test('a weight of three is three rows', () => {
  const fine = make({ rows: 400, seed: 10, label: (x, z, c, noise) => level(x, z, c) + noise })
  // Few enough values that both tables have the same bins.
  const columns = fine.columns.map((one) => Float32Array.from(one, (v) => Math.round(v * 20) / 20))
  const table = { ...fine, columns }
  const once = { ...quick, leafRowsMin: 1, leafHessianMin: 5 }
  const rows = Array.from({ length: 400 }, (_, row) => row).flatMap((row) =>
    row % 2 === 0 ? [row, row, row] : [row],
  )
  const repeated = {
    ...table,
    columns: table.columns.map((column) => Float32Array.from(rows, (row) => column[row]!)),
    labels: Float32Array.from(rows, (row) => table.labels[row]!),
  }
  const weights = Float64Array.from({ length: 400 }, (_, row) => (row % 2 === 0 ? 3 : 1))
  const numbers = (one: LabelledTable) => ({
    ...one,
    features: one.features.slice(0, 2),
    columns: one.columns.slice(0, 2),
  })
  const left = predictTable(
    trainForest({ ...numbers(table), weights }, once).forest,
    numbers(table),
  )
  const right = predictTable(trainForest(numbers(repeated), once).forest, numbers(table))
  for (const [row, one] of left.entries()) ok(Math.abs(one - right[row]!) < 1e-6)
})

test('growing ends where a validation table no longer gains', () => {
  const label = (_: number, __: number, ___: number, noise: number) => noise
  const table = make({ rows: 300, seed: 11, label })
  const validation = make({ rows: 300, seed: 12, label })
  const { forest, validationLosses } = trainForest(
    table,
    { ...quick, treesCount: 500, patienceRounds: 10 },
    validation,
  )
  ok(validationLosses.length < 100)
  const best = validationLosses.indexOf(Math.min(...validationLosses))
  equal(forest.roots.length, best + 1)
  equal(validationLosses.length, best + 11)
})

const edges = [
  { why: 'one row', rows: 1, label: () => 5 },
  { why: 'all labels alike', rows: 200, label: () => 7 },
  { why: 'everything missing', rows: 100, label: (x: number) => x, missingRatio: 1 },
]
for (const { why, ...shape } of edges)
  test(`${why}: finite predictions for any row`, () => {
    const { forest } = trainForest(make({ seed: 13, ...shape }), quick)
    const number = fc.oneof(fc.float(), fc.constant(Number.NaN), fc.integer())
    fc.assert(
      fc.property(fc.tuple(number, number, number), (row) => {
        ok(Number.isFinite(predictRow(forest, Float32Array.from(row))[0]))
      }),
    )
  })

const table = make({ rows: 50, seed: 14, label: (x) => x })
const nonsense: { why: string; act: () => unknown; code: string; names: string }[] = [
  {
    why: 'a label that is no number',
    act: () =>
      trainForest(
        {
          ...table,
          labels: table.labels.length === 50 ? new Float32Array(50).fill(Number.NaN) : [],
        },
        quick,
      ),
    code: 'model_input_malformed',
    names: 'labels, row 0',
  },
  {
    why: 'labels of another length',
    act: () => trainForest({ ...table, labels: [1] }, quick),
    code: 'model_input_malformed',
    names: 'labels',
  },
  {
    why: 'no rows',
    act: () => trainForest({ ...table, columns: [[], [], []], labels: [] }, quick),
    code: 'model_input_malformed',
    names: 'rows',
  },
  {
    why: 'a column too few',
    act: () => trainForest({ ...table, columns: table.columns.slice(1) }, quick),
    code: 'model_input_malformed',
    names: 'columns',
  },
  {
    why: 'a category that is a fraction',
    act: () =>
      trainForest(
        {
          ...table,
          columns: [table.columns[0]!, table.columns[1]!, new Float32Array(50).fill(0.5)],
        },
        quick,
      ),
    code: 'model_input_malformed',
    names: 'c, row 0',
  },
  {
    why: 'a weight of nothing',
    act: () => trainForest({ ...table, weights: new Float32Array(50) }, quick),
    code: 'model_input_malformed',
    names: 'weights, row 0',
  },
  {
    why: 'chances of what is neither 0 nor 1',
    act: () => trainForest(table, { loss: { kind: 'logistic' } }),
    code: 'model_input_malformed',
    names: 'labels, row 0',
  },
  {
    why: 'an unknown loss',
    act: () => trainForest(table, { loss: { kind: 'none' } } as never),
    code: 'model_parameters_malformed',
    names: 'loss',
  },
  {
    why: 'a direction for a category',
    act: () => trainForest(table, { ...quick, monotone: { c: 1 } }),
    code: 'model_input_malformed',
    names: 'monotone.c',
  },
  {
    why: 'other features than learnt',
    act: () => predictTable(trainForest(table, quick).forest, { ...table, features: [] }),
    code: 'model_input_malformed',
    names: 'feature 0',
  },
]
for (const { why, act, code, names } of nonsense)
  test(`refuses ${why}`, () =>
    throws(act, (error) => {
      ok(error instanceof Fault)
      equal(error.code, code)
      ok(String(error.detail.field).startsWith(names), String(error.detail.field))
      return true
    }))
