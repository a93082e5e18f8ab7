/** Sales of three lines over 64 stores: about a kilobyte each, as the hub's log holds them. */
import { deterministicUuid } from '../../src/base/ids.ts'
import type { OrganisationData } from '../../src/hub/organisation/organisation.ts'
import type { AnyEvent } from '../../src/retail/event.ts'

export const regionId = 'eu'
const storesCount = 64
const currency = 'EUR'

export function organisationOf(chainId: string): OrganisationData {
  const districtId = 'dis_stream'
  return {
    chain: { chainId, name: 'Stream' },
    districts: [{ districtId, chainId, regionId, name: 'Stream' }],
    stores: Array.from({ length: storesCount }, (_, index) => ({
      storeId: `str_${index}`,
      chainId,
      regionId,
      districtId,
      name: `Store ${index}`,
      currency,
      timeZone: 'Europe/Berlin',
      cutOverHour: 3,
    })),
    registers: [],
    people: [],
  }
}

export function saleOf(chainId: string, index: number): AnyEvent {
  const now = new Date().toISOString()
  const id = deterministicUuid(chainId, 'sale', String(index))
  const lines = [1, 2, 3].map((line) => ({
    lineId: `${index}.${line}`,
    sku: `SKU-${(index * 3 + line) % 500}`,
    name: `Product ${(index * 3 + line) % 500}`,
    quantity: '1',
    unitPriceMinor: 1000,
    discountMinor: 0,
    taxMinor: 160,
    totalMinor: 1000,
  }))
  return {
    id,
    type: 'sale.completed',
    chainId,
    regionId,
    storeId: `str_${index % storesCount}`,
    registerId: `reg_${index % storesCount}`,
    occurredAt: now,
    receivedAt: now,
    traceparent: `00-${id.replaceAll('-', '')}-00f067aa0ba902b7-01`,
    epoch: 'epoch_1',
    sequence: index + 1,
    data: {
      saleId: `sal_stream.${index}`,
      number: String(index),
      currency,
      lines,
      discountMinor: 0,
      taxMinor: 480,
      taxesIncluded: true,
      tipMinor: 0,
      totalMinor: 3000,
      tenders: [{ tenderId: `${index}`, kind: 'card', amountMinor: 3000 }],
    },
  } as unknown as AnyEvent
}
