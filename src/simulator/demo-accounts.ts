/** One account per district and vendor: what the vendor calls it, and what a connection must be told. */
import { createHmac } from 'node:crypto'
import { deterministicUuid } from '../base/ids.ts'
import type { Vendor } from './demo-stores.ts'
import { cloverLetters, letters, upperLetters } from './vendor-ids.ts'

export interface AccountNames {
  readonly accountId: string
  /** What the connector is told besides its secrets. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What the connector is told in secret; `webhook` signs what the vendor sends. */
  readonly secrets: Readonly<Record<string, string>>
}

/** A secret of this installation: the same each time, and guessed by nobody who lacks `installSecret`. */
export type SecretMaker = (name: string) => string

export function secretMaker(installSecret: string, connectionId: string): SecretMaker {
  return (name) =>
    createHmac('sha256', installSecret).update(`${connectionId}/${name}`).digest('base64url')
}

interface AccountInput {
  readonly seed: string
  /** `us_east`: the district without its prefix. */
  readonly area: string
  readonly taxesIncluded: boolean
  readonly secret: SecretMaker
}

export const accountNames: Readonly<Record<Vendor, (input: AccountInput) => AccountNames>> = {
  shopify: ({ seed, area, secret }) => {
    const shop = `harbour-vale-${area.replace('_', '-')}.myshopify.com`
    const clientId = hexName(`${seed}/shopify/${area}`, 32)
    const webhook = `shpss_${Buffer.from(secret('webhook'), 'base64url').toString('hex').slice(0, 32)}`
    return { accountId: shop, settings: { shop, clientId }, secrets: { webhook } }
  },
  square: ({ seed, area, secret }) => {
    const merchantId = `ML${letters(`${seed}/square/${area}`, upperLetters, 11)}`
    const clientId = `sq0idp-${letters(`${seed}/square/${area}/app`, upperLetters, 22)}`
    return {
      accountId: merchantId,
      settings: { merchantId, clientId },
      secrets: { webhook: secret('webhook'), clientSecret: `sq0csp-${secret('client')}` },
    }
  },
  clover: ({ seed, area, secret }) => {
    const appId = letters(`${seed}/clover/${area}/app`, cloverLetters, 13)
    return {
      accountId: appId,
      settings: { appId },
      secrets: { webhook: uuidOf(secret('webhook')), client_secret: uuidOf(secret('client')) },
    }
  },
  lightspeed: ({ seed, area, taxesIncluded, secret }) => {
    const domainPrefix = `harbourvale${area.replace('_', '')}`
    const retailerId = deterministicUuid(seed, 'lightspeed', area)
    return {
      accountId: domainPrefix,
      settings: { domainPrefix, retailerId, taxesIncluded },
      secrets: { webhook: secret('webhook'), clientId: hexName(`${seed}/lightspeed/${area}`, 32) },
    }
  },
}

function hexName(name: string, length: number): string {
  return letters(name, '0123456789abcdef', length)
}

function uuidOf(secret: string): string {
  return deterministicUuid(secret)
}
