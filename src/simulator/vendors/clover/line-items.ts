/**
 * Line items. Clover has no quantity: three of a kind are three line items. They are kept as one line
 * with its pieces, and told apart only when somebody looks.
 */
import { allocate } from '../../../base/money.ts'
import type { TillLine } from '../../till.ts'

export interface StoredLine {
  readonly place: number
  readonly pieces: number
  returnedPieces: number
  /** Off each piece in turn; missing where nothing is off. */
  readonly discountsMinor?: readonly number[]
  /** What all pieces have alike, in Clover's names. */
  readonly shared: {
    readonly item: { readonly id: string }
    readonly price: number
    readonly unitQty?: number
    readonly [field: string]: unknown
  }
}

/** Past this nobody rings up piece by piece: the goods are then sold by the unit. */
const piecesMax = 24

/** @param fields what a line item has besides what its line says */
export function storedLine(
  line: TillLine,
  place: number,
  item: { readonly id: string },
  fields: Readonly<Record<string, unknown>>,
): StoredLine {
  const isWeighed = line.quantity.includes('.')
  const quantity = Number(line.quantity)
  const isByUnit = isWeighed || quantity > piecesMax
  const unitQty = Math.round(quantity * 1000)
  const grossMinor = isByUnit
    ? Math.floor((line.unitPriceMinor * unitQty) / 1000 + 0.5)
    : line.unitPriceMinor * quantity
  const discountMinor = Math.max(0, grossMinor - line.totalMinor)
  const pieces = isByUnit ? 1 : quantity
  return {
    place,
    pieces,
    returnedPieces: 0,
    ...(discountMinor > 0 && {
      discountsMinor: allocate(discountMinor, new Array<number>(pieces).fill(1)),
    }),
    shared: {
      item,
      name: line.name,
      price: line.unitPriceMinor,
      ...(isByUnit && { unitQty, unitName: isWeighed ? 'kg' : 'each' }),
      printed: false,
      exchanged: false,
      isRevenue: true,
      ...fields,
    },
  }
}

export function lineItemViews(
  orderId: string,
  lines: readonly StoredLine[],
  hasDiscounts: boolean,
): Record<string, unknown>[] {
  return lines.flatMap((line) =>
    Array.from({ length: line.pieces }, (_, piece) => {
      const id = lineItemId(orderId, line, piece)
      const offMinor = line.discountsMinor?.[piece] ?? 0
      const discount = { id: `D${id.slice(1)}`, name: 'Discount', amount: -offMinor }
      return {
        id,
        orderRef: { id: orderId },
        ...line.shared,
        refunded: piece < line.returnedPieces,
        ...(hasDiscounts && offMinor > 0 && { discounts: { elements: [discount] } }),
      }
    }),
  )
}

/**
 * Marks pieces as returned and names their line items. Of goods by the unit the line item is named as
 * a whole, as often as something of it comes back: Clover cannot name a part of one.
 */
export function takeBack(
  orderId: string,
  lines: readonly StoredLine[],
  item: string,
  quantity: string,
): string[] {
  const ofItem = lines.filter(({ shared }) => shared.item.id === item)
  const byUnit = ofItem.find(({ shared }) => shared.unitQty !== undefined)
  const hasPieces = ofItem.some((line) => isPieces(line) && line.returnedPieces < line.pieces)
  if (byUnit !== undefined && (quantity.includes('.') || !hasPieces)) {
    byUnit.returnedPieces = 1
    return [lineItemId(orderId, byUnit, 0)]
  }
  const ids: string[] = []
  for (const line of ofItem.filter(isPieces))
    while (ids.length < Number(quantity) && line.returnedPieces < line.pieces) {
      ids.push(lineItemId(orderId, line, line.returnedPieces))
      line.returnedPieces += 1
    }
  return ids
}

function isPieces({ shared }: StoredLine): boolean {
  return shared.unitQty === undefined
}

/** Unique within its order: its first letters are the order's, the rest counts. */
function lineItemId(orderId: string, { place }: StoredLine, piece: number): string {
  const number = place * (piecesMax + 1) + piece
  return orderId.slice(0, 8) + number.toString(36).toUpperCase().padStart(5, '0')
}
