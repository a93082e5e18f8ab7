/** Lines of an order, sold or returned: the till's sums under Square's names. */
import type { TillLine } from '../../till.ts'
import { type Account, amount, ids, locationOf } from './account.ts'
import type { Json } from './wire.ts'

/** 0.08875 as 8.875, moved as text. */
export function percentage(rate: string): string {
  const [whole = '0', fraction = ''] = rate.split('.')
  const padded = fraction.padEnd(2, '0')
  const text = `${whole}${padded.slice(0, 2)}.${padded.slice(2)}`
  return text.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, '') || '0'
}

export function lineItem(
  account: Account,
  sale: { storeExternalId: string },
  line: TillLine,
  index: number,
): Json {
  const { taxesIncluded, country } = locationOf(account, sale.storeExternalId)
  const grossMinor = line.totalMinor + line.discountMinor
  // Included tax is left out of gross sales in these countries, and left in elsewhere.
  const isDeducted = taxesIncluded && ['US', 'CA', 'JP'].includes(country)
  const decimals = line.quantity.split('.')[1]?.length ?? 0
  return {
    uid: `line-${index + 1}`,
    catalog_object_id: ids.variation(account, line.sku),
    name: line.name,
    variation_name: 'Regular',
    quantity: line.quantity,
    ...(decimals > 0 && {
      quantity_unit: {
        measurement_unit: { weight_unit: 'METRIC_KILOGRAM', type: 'TYPE_WEIGHT' },
        precision: decimals,
      },
    }),
    item_type: 'ITEM',
    base_price_money: amount(account, line.unitPriceMinor),
    variation_total_price_money: amount(account, grossMinor),
    gross_sales_money: amount(account, grossMinor - (isDeducted ? line.taxMinor : 0)),
    total_tax_money: amount(account, line.taxMinor),
    total_discount_money: amount(account, line.discountMinor),
    total_money: amount(account, line.totalMinor + (taxesIncluded ? 0 : line.taxMinor)),
    total_service_charge_money: amount(account, 0),
    applied_taxes: [
      {
        uid: `applied-tax-${index + 1}`,
        tax_uid: 'tax-1',
        applied_money: amount(account, line.taxMinor),
      },
    ],
    ...(line.discountMinor !== 0 && {
      applied_discounts: [
        {
          uid: `applied-discount-${index + 1}`,
          discount_uid: `discount-${index + 1}`,
          applied_money: amount(account, line.discountMinor),
        },
      ],
    }),
  }
}
