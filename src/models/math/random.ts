/** Seeded randomness: the same seed, the same draws, on every machine. For models, never for keys. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(limit: number): number
  normal(): number
  /** Of scale 1. */
  gamma(shape: number): number
  beta(a: number, b: number): number
  poisson(mean: number): number
  binomial(n: number, ratio: number): number
  /** By mean and variance, as `./negative-binomial.ts`. */
  count(mean: number, variance: number): number
  /** In place. */
  shuffle<Items extends { length: number; [index: number]: unknown }>(items: Items): Items
  /** A stream of its own, so that parts drawn in any order stay the same. */
  fork(label: string | number): Random
}

export function createRandom(seed: string | number): Random {
  const text = String(seed)
  const next = sfc32(text)
  const below = (limit: number) => Math.floor(next() * limit)
  const normal = normalFrom(next)
  const gamma = (shape: number) => gammaFrom(next, normal, shape)
  const poisson = (mean: number) => poissonFrom(next, gamma, mean)
  const beta = (a: number, b: number) => {
    const left = gamma(a)
    return left / (left + gamma(b))
  }
  return {
    next,
    below,
    normal,
    gamma,
    beta,
    poisson,
    binomial: (n, ratio) => binomialFrom(next, beta, n, ratio),
    count: (mean, variance) =>
      variance <= mean * (1 + 1e-6)
        ? poisson(mean)
        : poisson((gamma(mean ** 2 / (variance - mean)) * (variance - mean)) / mean),
    shuffle: (items) => {
      const slots: { [index: number]: unknown; length: number } = items
      for (let at = slots.length - 1; at > 0; at -= 1) {
        const other = below(at + 1)
        const kept = slots[at]
        slots[at] = slots[other]
        slots[other] = kept
      }
      return items
    },
    fork: (label) => createRandom(`${text}/${label}`),
  }
}

/** Chris Doty-Humphrey's small fast counting generator, 32 bits a draw; 128 bits of state. */
function sfc32(seed: string): () => number {
  const words = [0x9e3779b9, 0x243f6a88, 0xb7e15162] as const
  let [a, b, c] = words.map((word) => hash32(seed, word)) as [number, number, number]
  let counter = 1
  const next = (): number => {
    const out = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + out) | 0
    return (out >>> 0) / 4294967296
  }
  for (let round = 0; round < 15; round += 1) next()
  return next
}

/** FNV-1a over the text, then MurmurHash3's final mixing. */
function hash32(text: string, start: number): number {
  let hash = start | 0
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Marsaglia's polar way: two at once. */
function normalFrom(next: () => number): () => number {
  let spare = Number.NaN
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare
      spare = Number.NaN
      return kept
    }
    for (;;) {
      const x = 2 * next() - 1
      const y = 2 * next() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * scale
      return x * scale
    }
  }
}

/** Marsaglia and Tsang 2000. */
function gammaFrom(next: () => number, normal: () => number, shape: number): number {
  if (!(shape > 0)) return shape === 0 ? 0 : Number.NaN
  if (shape < 1) return gammaFrom(next, normal, shape + 1) * (1 - next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    if (Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Small means by counting; large ones are halved by a gamma draw first (Ahrens and Dieter 1974). */
function poissonFrom(next: () => number, gamma: (shape: number) => number, mean: number): number {
  if (!(mean > 0)) return mean === 0 ? 0 : Number.NaN
  if (mean > 1e12) return Math.round(mean)
  let count = 0
  let left = mean
  while (left > 30) {
    const shape = Math.floor((left * 7) / 8)
    const reached = gamma(shape)
    if (reached > left) return count + binomialFrom(next, betaOf(gamma), shape - 1, left / reached)
    count += shape
    left -= reached
  }
  const limit = Math.exp(-left)
  let product = 1 - next()
  while (product > limit) {
    count += 1
    product *= 1 - next()
  }
  return count
}

function betaOf(gamma: (shape: number) => number): (a: number, b: number) => number {
  return (a, b) => {
    const left = gamma(a)
    return left / (left + gamma(b))
  }
}

/** Large n is halved by a beta draw of its middle value (Devroye 1986), the rest counted. */
function binomialFrom(
  next: () => number,
  beta: (a: number, b: number) => number,
  n: number,
  ratio: number,
): number {
  let [trials, chance, count] = [n, ratio, 0]
  while (trials > 30 && chance > 0 && chance < 1) {
    const middle = Math.floor(trials / 2) + 1
    const value = beta(middle, trials + 1 - middle)
    if (value <= chance) {
      count += middle
      trials -= middle
      chance = (chance - value) / (1 - value)
    } else {
      trials = middle - 1
      chance /= value
    }
  }
  for (let trial = 0; trial < trials; trial += 1) if (next() < chance) count += 1
  return count
}
