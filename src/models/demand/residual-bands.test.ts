/** Bands of errors: what they hold on origins that they have not seen. */
import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { conformalBands, type Errors, residualBands, residualQuantile } from './residual-bands.ts'

function errorsOf(seed: string, moved: number, count = 400): Errors {
  const random = createRandom(seed)
  const forecasts = Array.from({ length: count }, () => 100 * random.next())
  return { forecasts, logRatios: forecasts.map(() => moved + 0.1 * random.normal()) }
}

const shareInside = (bands: ReturnType<typeof residualBands>, { forecasts, logRatios }: Errors) =>
  logRatios.filter(
    (error, at) =>
      error >= residualQuantile(bands, forecasts[at]!, 0.1) &&
      error <= residualQuantile(bands, forecasts[at]!, 0.9),
  ).length / logRatios.length

test('origins that differ widen the bands, so that they hold at the next origin', () => {
  let [plain, held] = [0, 0]
  const rounds = 30
  for (let round = 0; round < rounds; round += 1) {
    const random = createRandom(`round ${round}`)
    const origins = [0, 1, 2, 3].map((one) => errorsOf(`${round} ${one}`, 0.1 * random.normal()))
    const [next, ...known] = origins
    const [{ forecasts, logRatios }] = known as [Errors, Errors, Errors]
    plain += shareInside(residualBands(forecasts, logRatios), next!) / rounds
    held += shareInside(conformalBands(known), next!) / rounds
  }
  ok(held > plain + 0.05, `${held} against ${plain}`)
  ok(held > 0.75 && held < 0.92, `${held}`)
})

test('origins that are alike stay nearly as they are; one alone as it is', () => {
  const origins = ['a', 'b', 'c'].map((seed) => errorsOf(seed, 0))
  const share = shareInside(conformalBands(origins), errorsOf('next', 0))
  ok(share > 0.75 && share < 0.86, `${share}`)
  const [{ forecasts, logRatios }] = origins as [Errors, Errors, Errors]
  deepEqual(conformalBands(origins.slice(0, 1)), residualBands(forecasts, logRatios))
})

test('no errors at all, or only zeros, are no uncertainty and no NaN', () => {
  const none = { forecasts: [], logRatios: [] }
  const zeros = { forecasts: [1, 2], logRatios: [0, 0] }
  for (const origins of [[], [none], [none, none], [zeros, zeros]])
    close(residualQuantile(conformalBands(origins), 5, 0.9), 0)
  const odd = [zeros, { forecasts: [1, 2], logRatios: [0.1, -0.1] }]
  ok(conformalBands(odd).grid.every(Number.isFinite))
})
