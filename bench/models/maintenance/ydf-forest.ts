/** A random forest of ydf by the same folds as ours, its threshold too from rows that it did not see. */
import { chooseThreshold } from '../../../src/models/maintenance/alarm.ts'
import type { LabelledTable } from '../../../src/models/trees/histogram-boosting/table.ts'
import { pickRows } from '../../../src/models/trees/pick-rows.ts'
import { openYdf, trainYdf } from '../../../src/models/trees/ydf.ts'

const partsCount = 3

export async function forestOfYdf(inside: LabelledTable, outside: LabelledTable) {
  const rows = Array.from({ length: inside.labels.length }, (_, row) => row)
  const held = new Float64Array(rows.length)
  for (let part = 0; part < partsCount; part += 1) {
    const own = rows.filter((row) => row % partsCount === part)
    const others = rows.filter((row) => row % partsCount !== part)
    const chances = await fitAndScore(pickRows(inside, others), pickRows(inside, own))
    for (const [at, row] of own.entries()) held[row] = chances[at]!
  }
  const { score } = chooseThreshold(held, inside.labels, { kind: 'f1' })
  const scores = await fitAndScore(inside, outside)
  return { scores, alarms: Uint8Array.from(scores, (one) => (one >= score ? 1 : 0)) }
}

async function fitAndScore(train: LabelledTable, test: LabelledTable): Promise<Float64Array> {
  const model = await openYdf(
    await trainYdf({ table: train, task: 'CLASSIFICATION', learner: 'RandomForestLearner' }),
  )
  const chances = model.predict(test)
  model.close()
  return chances
}
