/** The grocer's catalogue, products that read the same as one with their number. */
import { normal } from '../../../src/models/classification/terms.ts'
import { readColumns } from '../data/columns.ts'

export interface Product {
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
  readonly department: string
  readonly category: string
  readonly ageClass: 'none' | 'alcohol' | 'tobacco'
  /** So many products of the catalogue. */
  readonly count: number
}

const alcohol = new Set(['BEERS/ALES', 'LIQUOR', 'DOMESTIC WINE', 'IMPORTED WINE', 'MISC WINE'])
const tobacco = new Set(['CIGARETTES', 'TOBACCO OTHER', 'CIGARS'])

export function readProducts(path: string): Product[] {
  const file = readColumns(path, {
    manufacturer_id: 'text',
    department: 'text',
    brand: 'text',
    product_category: 'text',
    product_type: 'text',
    package_size: 'text',
  })
  const found = new Map<string, Product>()
  for (let row = 0; row < file.rowsCount; row += 1) {
    const category = file.product_category[row]!
    const product = {
      text: file.product_type[row]!,
      fields: {
        maker: file.manufacturer_id[row]!,
        brand: file.brand[row]!,
        unit: unitOf(file.package_size[row]!),
      },
      department: file.department[row]!,
      category,
      ageClass: alcohol.has(category) ? 'alcohol' : tobacco.has(category) ? 'tobacco' : 'none',
      count: 1,
    } as const
    const key = JSON.stringify(product)
    const known = found.get(key)
    found.set(key, known === undefined ? product : { ...known, count: known.count + 1 })
  }
  return [...found.values()]
}

/** `16 OZ` and `2/12OZ` are both `oz`. */
function unitOf(size: string): string {
  return normal(size).replaceAll(/[\d]+/g, ' ').trim().split(' ').at(-1)!
}
