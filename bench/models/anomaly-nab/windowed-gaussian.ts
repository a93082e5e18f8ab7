/** NAB's simple detector: how far a value is from the mean of the last 6,400, in standard deviations. */
import { normalUpperTail } from '../../../src/models/math/normal.ts'

const [windowMax, renewed] = [6400, 150]

export function windowedGaussian(values: ArrayLike<number>): Float64Array {
  const kept: number[] = []
  let [sum, squares, waiting] = [0, 0, 0]
  let [mean, deviation] = [0, 1]
  const add = (value: number) => {
    kept.push(value)
    sum += value
    squares += value ** 2
  }
  const settle = () => {
    mean = sum / kept.length
    deviation = Math.max(1e-6, Math.sqrt(Math.max(0, squares / kept.length - mean ** 2)))
  }
  return Float64Array.from(values, (value) => {
    const z = Math.abs(value - mean) / deviation
    const score = kept.length === 0 ? 0 : 1 - normalUpperTail(z)
    add(value)
    if (kept.length <= windowMax) settle()
    else {
      waiting += 1
      if (waiting === renewed) {
        for (const old of kept.splice(0, renewed)) {
          sum -= old
          squares -= old ** 2
        }
        waiting = 0
        settle()
      }
    }
    return score
  })
}
