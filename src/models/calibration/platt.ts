/**
 * A logistic curve over scores (Platt 1999), by Newton steps with the bounded targets and the step
 * halving of Lin, Lin and Weng 2007, so that classes that part cleanly do not send it to infinity.
 */

export interface Platt {
  readonly slope: number
  readonly intercept: number
}

const roundsMax = 100
const ridge = 1e-12

/**
 * P(1 | score) = 1 / (1 + exp(-(slope score + intercept))).
 * @param scores finite; labels 0 or 1, one a score
 * @param prior counts as so many rows that say slope 1 and intercept 0; 0 for none
 */
export function fitPlatt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  prior: { readonly rows: number; readonly scale: number } = { rows: 0, scale: 1 },
): Platt {
  const { ones, zeros } = countOf(labels)
  const high = (ones + 1) / (ones + 2)
  const low = 1 / (zeros + 2)
  let [slope, intercept] = prior.rows > 0 ? [1, 0] : [0, Math.log((ones + 1) / (zeros + 1))]
  const pull = prior.rows * prior.scale
  const lossAt = (a: number, b: number) => {
    let loss = 0.5 * pull * ((a - 1) ** 2 + b ** 2)
    for (let row = 0; row < labels.length; row += 1) {
      const z = a * scores[row]! + b
      const target = labels[row]! > 0 ? high : low
      // -t z + log(1 + e^z), without overflow
      loss += Math.max(z, 0) - target * z + Math.log1p(Math.exp(-Math.abs(z)))
    }
    return loss
  }
  let loss = lossAt(slope, intercept)
  for (let round = 0; round < roundsMax; round += 1) {
    let [g1, g2] = [pull * (slope - 1), pull * intercept]
    let [h11, h12, h22] = [pull + ridge, 0, pull + ridge]
    for (let row = 0; row < labels.length; row += 1) {
      const score = scores[row]!
      const p = 1 / (1 + Math.exp(-(slope * score + intercept)))
      const rest = p - (labels[row]! > 0 ? high : low)
      const weight = p * (1 - p)
      g1 += rest * score
      g2 += rest
      h11 += weight * score * score
      h12 += weight * score
      h22 += weight
    }
    if (Math.abs(g1) < 1e-9 && Math.abs(g2) < 1e-9) break
    const determinant = h11 * h22 - h12 * h12
    if (!(determinant > 0)) break
    const stepSlope = (h22 * g1 - h12 * g2) / determinant
    const stepIntercept = (h11 * g2 - h12 * g1) / determinant
    let size = 1
    let next = lossAt(slope - stepSlope, intercept - stepIntercept)
    for (; size > 1e-10 && !(next <= loss); size /= 2)
      next = lossAt(slope - (size * stepSlope) / 2, intercept - (size * stepIntercept) / 2)
    if (!(next <= loss)) break
    slope -= size * stepSlope
    intercept -= size * stepIntercept
    const isSettled = loss - next < 1e-12 * (1 + Math.abs(loss))
    loss = next
    if (isSettled) break
  }
  return { slope, intercept }
}

function countOf(labels: ArrayLike<number>): { ones: number; zeros: number } {
  let ones = 0
  for (let row = 0; row < labels.length; row += 1) if (labels[row]! > 0) ones += 1
  return { ones, zeros: labels.length - ones }
}
