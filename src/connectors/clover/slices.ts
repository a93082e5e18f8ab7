/**
 * Walks a list by slices of time that fit one page. Clover pages by offset over a list that changes
 * while it is read, in an order it does not promise, so a page by offset can skip a row; a slice
 * that is halved until it fits cannot. Clover's own limit of 90 days a query is the longest slice.
 */
export interface Page<Element> {
  readonly elements: readonly Element[]
  /** The vendor's clock when it answered. */
  readonly atMs: number | undefined
}

export interface SliceSource<Found extends Page<unknown>> {
  /** Both ends inclusive. */
  read(fromMs: number, toMs: number, offset: number): Promise<Found>
  timeOf(element: Found['elements'][number]): number
  readonly limit: number
}

export const spanMsMax = 90 * 24 * 3600_000 - 1

export async function* slices<Found extends Page<unknown>>(
  source: SliceSource<Found>,
  sinceMs: number,
): AsyncGenerator<{ readonly page: Found; readonly untilMs: number }> {
  let fromMs = sinceMs
  let spanMs = spanMsMax
  for (;;) {
    const toMs = fromMs + spanMs
    const page = await source.read(fromMs, toMs, 0)
    const nowMs = newest(page, source)
    const isFull = page.elements.length >= source.limit
    if (isFull && spanMs > 0) {
      spanMs = Math.max(0, Math.floor((Math.min(toMs, nowMs ?? toMs) - fromMs) / 2))
      continue
    }
    const isLast = nowMs === undefined || toMs >= nowMs
    const untilMs = Math.max(fromMs, isLast ? (nowMs ?? fromMs) : toMs)
    if (isFull) yield* sameInstant(source, fromMs, page)
    else yield { page, untilMs }
    if (isLast && !isFull) return
    fromMs = toMs + 1
    spanMs = Math.min(spanMs * 2 + 1, spanMsMax)
  }
}

/** More than a page in one millisecond, such as an imported catalogue: those do not move, so offset is safe. */
async function* sameInstant<Found extends Page<unknown>>(
  source: SliceSource<Found>,
  atMs: number,
  first: Found,
) {
  let page = first
  for (let offset = source.limit; ; offset += source.limit) {
    const isLast = page.elements.length < source.limit
    yield { page, untilMs: isLast ? atMs : atMs - 1 }
    if (isLast) return
    page = await source.read(atMs, atMs, offset)
  }
}

/** The vendor's now: its clock, or what it told of last if that is later. */
function newest<Found extends Page<unknown>>(
  { elements, atMs }: Found,
  source: SliceSource<Found>,
): number | undefined {
  let latestMs = atMs
  for (const element of elements) {
    const timeMs = source.timeOf(element)
    if (latestMs === undefined || timeMs > latestMs) latestMs = timeMs
  }
  return latestMs
}
