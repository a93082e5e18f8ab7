/** The list of connectors. */
import { clover } from './clover/connector.ts'
import type { Connector } from './connector.ts'
import { lightspeed } from './lightspeed/connector.ts'
import { shopify } from './shopify/connector.ts'
import { square } from './square/connector.ts'

export const connectors = [shopify, square, clover, lightspeed] as const

const byVendor = new Map<string, Connector>(
  connectors.map((connector) => [connector.vendor, connector as unknown as Connector]),
)

/** Settings are checked by the connector's own schema when a connection is opened. */
export function findConnector(vendor: string): Connector | undefined {
  return byVendor.get(vendor)
}
