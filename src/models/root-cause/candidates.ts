/**
 * Candidates for what caused an incident, each with what speaks for it as numbers: how much of the
 * excess it holds, in how small a part, and whether a term more or less would say it better.
 */
import type { Incident } from './incident.ts'
import { buildLattice, type Cell, type Lattice } from './lattice.ts'

export interface Candidate {
  /** One cell, or two of the same dimensions. */
  readonly cells: readonly Cell[]
  readonly evidence: Evidence
}

export interface Evidence {
  /** Failures beyond what the earlier minutes lead to expect. */
  readonly excess: number
  /** Of all excess, at most 1.2. */
  readonly share: number
  /** Of all expected failures. */
  readonly expectedShare: number
  /** Failures over expected ones, inside and outside. */
  readonly ratio: number
  readonly outsideRatio: number
  /** Log-likelihood ratio of one rise inside against one rise everywhere. */
  readonly likelihood: number
  readonly features: Float64Array
}

/** What the ranking weighs; the order is that of `Evidence.features`. */
export const featureNames = [
  'likelihood',
  'likelihood_rank',
  'share',
  'share_minus_expected',
  'two_terms',
  'three_terms',
  'two_values',
  'contrast',
  'weakest_term',
  'weakest_term_keeps',
  'best_narrower',
  'narrower_spread',
  'level_contrast',
  'attempts',
] as const

const candidatesMax = 80
/** Attempts at the mean rate that a cell without a history is pulled towards. */
const priorAttempts = 100

interface Scale {
  readonly whole: Cell
  readonly baseRate: number
  readonly expected: number
  readonly excess: number
}

export function findCandidates(incident: Incident): Candidate[] {
  const lattice = buildLattice(incident)
  const scale = scaleOf(lattice, incident.dimensions.length)
  const rough = lattice.cells.flatMap((cell) => {
    const own = measure([cell], scale)
    return own.share > 0.05 && own.ratio > own.outsideRatio ? [{ cells: [cell], own }] : []
  })
  const all = [...rough, ...pairsOf(rough, scale)]
  const best = all
    .toSorted(
      (a, b) => b.own.likelihood - a.own.likelihood || b.own.share - a.own.share || order(a, b),
    )
    .slice(0, candidatesMax / 2)
  const wide = all
    .filter((one) => !best.includes(one))
    .toSorted((a, b) => contrastOf(b.own) - contrastOf(a.own) || order(a, b))
    .slice(0, candidatesMax / 2)
  const kept = [...best, ...wide]
  const most = Math.max(1e-9, ...kept.map(({ own }) => own.likelihood))
  const narrower = narrowerOf(rough)
  return kept.map(({ cells, own }, rank) => {
    const features = featuresOf({ cells, own, rank, most }, lattice, scale, narrower)
    return { cells, evidence: { ...own, features } }
  })
}

type Measured = Omit<Evidence, 'features'>
interface Rough {
  readonly cells: readonly Cell[]
  readonly own: Measured
}

/** The same in whatever order rows came. */
function order(a: Rough, b: Rough): number {
  const text = ({ cells }: Rough) =>
    cells.map(({ dimensions, attemptsNow }) => `${dimensions}/${attemptsNow}`).join()
  return text(a) < text(b) ? -1 : 1
}

const contrastOf = ({ share, expectedShare }: Measured) => share - expectedShare

function scaleOf({ whole, cells }: Lattice, dimensionsCount: number): Scale {
  const baseRate = (whole.failuresBefore + 0.5) / (whole.attemptsBefore + 1)
  const expected = Math.max(whole.attemptsNow * baseRate, 1e-9)
  const above = new Float64Array(dimensionsCount)
  for (const cell of cells)
    if (cell.dimensions.length === 1)
      above[cell.dimensions[0]!]! += Math.max(0, cell.failuresNow - expectedOf([cell], baseRate))
  // Where rises and falls balance, the whole has no excess although a part has.
  const excess = Math.max(whole.failuresNow - expected, Math.min(...above), 1e-9)
  return { whole, baseRate, expected, excess }
}

function expectedOf(cells: readonly Cell[], baseRate: number): number {
  let expected = 0
  for (const { attemptsNow, attemptsBefore, failuresBefore } of cells)
    expected +=
      (attemptsNow * (failuresBefore + priorAttempts * baseRate)) / (attemptsBefore + priorAttempts)
  return expected
}

function measure(cells: readonly Cell[], { whole, baseRate, expected, excess }: Scale): Measured {
  let inside = 0
  for (const { failuresNow } of cells) inside += failuresNow
  const insideExpected = Math.max(expectedOf(cells, baseRate), 1e-9)
  const outside = whole.failuresNow - inside
  const outsideExpected = Math.max(expected - insideExpected, 1e-3 * expected, 1e-9)
  const ratio = inside / insideExpected
  const outsideRatio = outside / outsideExpected
  const likelihood =
    timesLog(inside, ratio) +
    timesLog(outside, outsideRatio) -
    timesLog(whole.failuresNow, whole.failuresNow / expected)
  const own = inside - insideExpected
  return {
    excess: own,
    share: Math.min(own / excess, 1.2),
    expectedShare: Math.min(insideExpected / expected, 1),
    ratio,
    outsideRatio,
    likelihood: ratio > outsideRatio ? Math.max(0, likelihood) : 0,
  }
}

const timesLog = (count: number, ratio: number) => (count > 0 ? count * Math.log(ratio) : 0)

/** Of each set of dimensions, the two values with most excess together. */
function pairsOf(rough: readonly Rough[], scale: Scale): Rough[] {
  const byDimensions = Map.groupBy(rough, ({ cells }) => cells[0]!.dimensions.join())
  return [...byDimensions.values()].flatMap((group) => {
    const [one, other] = group.toSorted((a, b) => b.own.share - a.own.share || order(a, b))
    if (one === undefined || other === undefined || other.own.share < 0.1) return []
    const cells = [one.cells[0]!, other.cells[0]!]
    return [{ cells, own: measure(cells, scale) }]
  })
}

/** By cell, the cells of one term more inside it. */
function narrowerOf(rough: readonly Rough[]): ReadonlyMap<string, readonly Measured[]> {
  const found = new Map<string, Measured[]>()
  for (const { cells, own } of rough)
    for (let left = 0; left < cells[0]!.dimensions.length; left += 1) {
      const key = cellKey(without(cells[0]!, left))
      const known = found.get(key)
      if (known === undefined) found.set(key, [own])
      else known.push(own)
    }
  return found
}

type Place = Pick<Cell, 'dimensions' | 'codes'>
const cellKey = ({ dimensions, codes }: Place) => `${dimensions.join()}:${codes.join()}`
const without = ({ dimensions, codes }: Place, left: number): Place => ({
  dimensions: dimensions.toSpliced(left, 1),
  codes: codes.toSpliced(left, 1),
})

function featuresOf(
  { cells, own, rank, most }: Rough & { rank: number; most: number },
  lattice: Lattice,
  scale: Scale,
  narrower: ReadonlyMap<string, readonly Measured[]>,
): Float64Array {
  const terms = cells[0]!.dimensions.length
  const [weakest, keeps] = weakestTerm(cells, own, lattice, scale)
  const inside = cells.flatMap((cell) => narrower.get(cellKey(cell)) ?? [])
  const best = Math.max(0, ...inside.map((one) => contrastOf(one)))
  const spread = Math.max(0, ...inside.map((one) => one.likelihood)) / Math.max(own.likelihood, 1)
  let [failures, attempts] = [0, 0]
  for (const { failuresNow, attemptsNow } of cells) {
    failures += failuresNow
    attempts += attemptsNow
  }
  const { whole } = scale
  const restRate = (whole.failuresNow - failures + 1) / (whole.attemptsNow - attempts + 20)
  return Float64Array.of(
    Math.max(-6, Math.log(Math.max(own.likelihood, 1e-6) / most)),
    1 / (1 + rank),
    Math.min(own.share, 1),
    contrastOf(own),
    terms === 2 ? 1 : 0,
    terms === 3 ? 1 : 0,
    cells.length - 1,
    limited(Math.log(own.ratio / Math.max(own.outsideRatio, 0.05))),
    weakest,
    keeps,
    best - contrastOf(own),
    limited(Math.log(spread + 0.01)),
    limited(Math.log((failures + 1) / (attempts + 20) / restRate)),
    limited(Math.log((attempts + 1) / (whole.attemptsNow + 1))),
  )
}

const limited = (value: number) => Math.max(-4, Math.min(4, value))

/**
 * Of all terms the one that says least: by how much it raises the rate of failures, and how much of
 * the excess stays with it.
 */
function weakestTerm(
  cells: readonly Cell[],
  own: Measured,
  lattice: Lattice,
  scale: Scale,
): [raises: number, keeps: number] {
  const terms = cells[0]!.dimensions.length
  if (terms === 1) return [0, 1]
  let [raises, keeps] = [Number.POSITIVE_INFINITY, 0]
  for (let left = 0; left < terms; left += 1) {
    const wider = cells.flatMap((cell) => {
      const place = without(cell, left)
      return lattice.find(place.dimensions, place.codes) ?? []
    })
    const all = measure([...new Set(wider)], scale)
    const raised = limited(Math.log(Math.max(own.ratio, 0.01) / Math.max(all.ratio, 0.01)))
    const rateOf = (some: readonly Cell[]) =>
      (some.reduce((sum, { failuresNow }) => sum + failuresNow, 0) + 1) /
      (some.reduce((sum, { attemptsNow }) => sum + attemptsNow, 0) + 20)
    const level = limited(Math.log(rateOf(cells) / rateOf([...new Set(wider)])))
    if ((raised + level) / 2 < raises) {
      raises = (raised + level) / 2
      keeps = Math.max(0, Math.min(1.5, own.excess / Math.max(all.excess, 1e-9)))
    }
  }
  return [raises, keeps]
}
