/** Ids that cross the line: ours hold the connection and the vendor's, so that a command finds back. */
import { Fault } from '../base/fault.ts'

/** `sal_<connection>.<the vendor's id>`. */
export function saleIdFrom(connectionId: string, externalId: string): string {
  return `sal_${connectionId.slice('con_'.length)}.${externalId}`
}

/** @throws Fault reference_unknown when the sale is not of this connection */
export function externalSaleId(connectionId: string, saleId: string): string {
  const prefix = saleIdFrom(connectionId, '')
  if (!saleId.startsWith(prefix)) throw new Fault('reference_unknown', { field: 'saleId', saleId })
  return saleId.slice(prefix.length)
}
