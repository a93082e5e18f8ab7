/** `docs/reference/models.md`: every model that makes an artifact, with its parameters. */
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { classificationModel } from '../../src/models/classification/model.ts'
import { customerValue } from '../../src/models/customer-value/customer-value.ts'
import { boostedDemand } from '../../src/models/demand/boosted/boosted-demand.ts'
import { demandForecast } from '../../src/models/demand/demand-forecast.ts'
import { pooledAutoregression } from '../../src/models/demand/pooled-autoregression/pooled-autoregression.ts'
import { deviationModel } from '../../src/models/deviation/model.ts'
import { edgeScore } from '../../src/models/edge-score/model.ts'
import { fraudModel } from '../../src/models/fraud/model.ts'
import { inspectionModel } from '../../src/models/inspection/model.ts'
import { labourWorkload } from '../../src/models/labour/workload.ts'
import { recordLinkage } from '../../src/models/linkage/linkage.ts'
import { failureRiskModel } from '../../src/models/maintenance/failure-risk.ts'
import { remainingLifeModel } from '../../src/models/maintenance/remaining-life.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { basketCompletion } from '../../src/models/next-offer/completion.ts'
import { nextOffer } from '../../src/models/next-offer/next-offer.ts'
import { orderPolicy } from '../../src/models/order-policy/order-policy.ts'
import { ratesModel } from '../../src/models/rates/model.ts'
import { rootCauseModel } from '../../src/models/root-cause/model.ts'
import { salesTaxModel } from '../../src/models/sales-tax/model.ts'
import { stockOutRisk } from '../../src/models/stock-out-risk/stock-out-risk.ts'
import { streamingAnomalyModel } from '../../src/models/streaming-anomaly/model.ts'
import { upliftModel } from '../../src/models/uplift/model.ts'
import { code, page, table } from './markdown.ts'
import { type JsonSchema, kindOf } from './schema-kind.ts'

interface Listed {
  readonly model: ModelDefinition & { readonly name: string }
  /** Under `src/models`. */
  readonly file: string
  /** Under `docs/models`. */
  readonly pages: readonly string[]
}

const listed: readonly Listed[] = [
  {
    model: demandForecast,
    file: 'demand/demand-forecast.ts',
    pages: ['demand-m4', 'order-policy'],
  },
  {
    model: boostedDemand,
    file: 'demand/boosted/boosted-demand.ts',
    pages: ['demand-oj', 'demand-rossmann', 'demand-stallion', 'demand-walmart'],
  },
  {
    model: pooledAutoregression,
    file: 'demand/pooled-autoregression/pooled-autoregression.ts',
    pages: ['demand-m4'],
  },
  { model: orderPolicy, file: 'order-policy/order-policy.ts', pages: ['order-policy'] },
  {
    model: stockOutRisk,
    file: 'stock-out-risk/stock-out-risk.ts',
    pages: ['stockout-backorder'],
  },
  { model: ratesModel, file: 'rates/model.ts', pages: ['rates'] },
  { model: edgeScore, file: 'edge-score/model.ts', pages: ['rates'] },
  { model: inspectionModel, file: 'inspection/model.ts', pages: ['fraud-inspection'] },
  { model: streamingAnomalyModel, file: 'streaming-anomaly/model.ts', pages: ['anomaly-nab'] },
  { model: fraudModel, file: 'fraud/model.ts', pages: ['fraud-handbook'] },
  { model: deviationModel, file: 'deviation/model.ts', pages: ['deviation'] },
  { model: rootCauseModel, file: 'root-cause/model.ts', pages: ['root-cause'] },
  { model: recordLinkage, file: 'linkage/linkage.ts', pages: ['linkage'] },
  { model: customerValue, file: 'customer-value/customer-value.ts', pages: ['customer-value'] },
  { model: nextOffer, file: 'next-offer/next-offer.ts', pages: ['next-offer'] },
  { model: basketCompletion, file: 'next-offer/completion.ts', pages: ['basket-completion'] },
  { model: labourWorkload, file: 'labour/workload.ts', pages: ['labour'] },
  {
    model: failureRiskModel,
    file: 'maintenance/failure-risk.ts',
    pages: ['maintenance-ai4i', 'maintenance-azure'],
  },
  {
    model: remainingLifeModel,
    file: 'maintenance/remaining-life.ts',
    pages: ['maintenance-cmapss'],
  },
  { model: classificationModel, file: 'classification/model.ts', pages: ['classification'] },
  { model: salesTaxModel, file: 'sales-tax/model.ts', pages: ['sales-tax'] },
  { model: upliftModel, file: 'uplift/model.ts', pages: ['uplift'] },
]

/** What means the same wherever trees are grown or chance is drawn. */
const shared: Readonly<Record<string, string>> = {
  boosting: 'How trees are grown: `BoostingParameters` in `src/models/trees/histogram-boosting`.',
  treesCount: 'Trees of a forest.',
  learningRate: 'How much of what a tree says is taken.',
  leavesMax: 'Leaves of a tree.',
  leafRowsMin: 'Fewer rows make no leaf.',
  l2: 'Draws what a leaf says to 0.',
  featuresRatio: 'Share of the columns that a tree may use.',
  rowsRatio: 'Share of the rows that a tree is grown on.',
  binsMax: 'Steps that a column is cut into.',
  seed: 'Of all that is drawn by chance: the same seed, the same result.',
}

export function modelsPage(): string {
  checkAllListed()
  return page(
    'Models',
    'Every model that is fitted to data and leaves an artifact to be signed. How to fit, sign and run one: ' +
      '[the guide](../guides/models.md); what each is worth on real data: [the table](../models.md). A ' +
      'parameter with a default may be left out.',
    ...listed.flatMap(sectionOf),
  )
}

function sectionOf({ model, file, pages }: Listed): string[] {
  const links = pages.map((name) => `[${name}](../models/${name}.md)`).join(', ')
  const schema = z.toJSONSchema(model.parameters, { io: 'input' })
  const comments = commentsIn(file)
  const rows = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const field = member as JsonSchema
    return [code(name), defaultOf(field), kindOf(field), comments.get(name) ?? shared[name] ?? '']
  })
  return [
    `## ${model.name}`,
    `${model.title}. In \`src/models/${file}\`; judged on ${links}.`,
    rows.length === 0
      ? 'No parameters.'
      : table(['parameter', 'default', 'takes', 'what it is'], rows),
  ]
}

function defaultOf({ default: given }: JsonSchema): string {
  return given === undefined ? '' : code(JSON.stringify(given))
}

/** What is said of a field stands in a comment before it, in the model's file or its folder. */
function commentsIn(file: string): ReadonlyMap<string, string> {
  const folder = new URL(`../../src/models/${file.replace(/[^/]+$/, '')}`, import.meta.url)
  const own = file.replace(/^.*\//, '')
  const others = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name) && name !== own)
  const found = new Map<string, string>()
  for (const name of [own, ...others.sort()]) {
    const source = readFileSync(new URL(name, folder), 'utf8')
    for (const [, text = '', field = ''] of source.matchAll(commented))
      if (!found.has(field)) found.set(field, text.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim())
  }
  return found
}

const commented = /^ +\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n +([a-zA-Z0-9]+): [A-Za-z]/gm

/** A model that is not in the list would be missing without anybody seeing it. */
function checkAllListed(): void {
  const root = new URL('../../src/models/', import.meta.url)
  const defined = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'model.ts')
    .filter((file) => readFileSync(new URL(file, root), 'utf8').includes('= defineModel('))
  const missing = defined.filter((file) => !listed.some((one) => one.file === file))
  if (missing.length > 0) throw new Error(`models that are not listed: ${missing.join(', ')}`)
}
