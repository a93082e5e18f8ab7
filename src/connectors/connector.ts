/** The contract of a connector: verify, translate, backfill, execute; and, where a vendor's register can ask, answer. */
import type { z } from 'zod'
import type { Command } from '../actions/command.ts'
import type { FaultCode } from '../base/fault.ts'
import type { HttpBudget, HttpClient } from '../base/http-client.ts'
import type { Instant } from '../base/time.ts'
import type { Tokeniser } from '../privacy/tokeniser.ts'
import type { EventData, EventType } from '../retail/events.ts'
import type { ReturnVerdict } from '../retail/governed.ts'
import type { Capabilities } from './capabilities.ts'

/** One account at a vendor: its credentials, its webhook secret and the stores it holds. */
export interface Connection<Settings = unknown> {
  readonly connectionId: string
  readonly chainId: string
  readonly regionId: string
  /** Without a slash at its end; an emulator's, or the vendor's own. */
  readonly apiBaseUrl: string
  /** Exactly as it is configured at the vendor, since some sign it. */
  readonly webhookUrl: string
  readonly settings: Settings
  readonly stores: readonly ConnectedStore[]
}

export interface ConnectedStore {
  readonly storeId: string
  /** Location, merchant or outlet, whatever the vendor calls it. */
  readonly externalId: string
  readonly currency: string
  readonly timeZone: string
  /** The vendor's register or device id to ours. */
  readonly registers: Readonly<Record<string, string>>
}

/** Bytes as received. Header names are lower case. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export type Verification =
  | { readonly outcome: 'genuine' }
  /** The vendor tries the address; `reply` is all there is to do. `says` is for the operator. */
  | { readonly outcome: 'handshake'; readonly says: string; readonly reply: WebhookReply }
  | {
      readonly outcome: 'refused'
      readonly fault: Extract<
        FaultCode,
        'signature_missing' | 'signature_wrong' | 'replay_window_passed'
      >
    }

export interface WebhookReply {
  readonly status: number
  readonly body: unknown
}

/** An event before the agent gives it its envelope. `key` names the fact: same key, same event. */
export type DraftEvent = {
  [Type in EventType]: {
    readonly type: Type
    readonly key: string
    readonly storeId: string
    readonly registerId?: string
    readonly occurredAt: Instant
    readonly data: EventData<Type>
  }
}[EventType]

/** Something to fetch before events can be told. Kept on disk, so it holds ids only. */
export interface Lookup {
  readonly kind: string
  readonly externalId: string
  readonly hints?: Readonly<Record<string, string>>
}

/** What a vendor's id stands for, to be remembered: `sku` (variant id to SKU), `customer` (id to token). */
export interface Reference {
  readonly kind: string
  readonly externalId: string
  readonly value: string
}

export interface Translation {
  readonly events: readonly DraftEvent[]
  readonly lookups: readonly Lookup[]
  readonly references: readonly Reference[]
}

export interface ReferenceBook {
  find(kind: string, externalId: string): string | undefined
  /** The vendor's ids for a value of ours; more than one when the vendor keeps several. */
  externalIds(kind: string, value: string): readonly string[]
}

export interface TranslationContext<Settings = unknown> {
  readonly connection: Connection<Settings>
  readonly tokens: Tokeniser
  readonly references: ReferenceBook
}

export interface ApiContext<Settings = unknown> extends TranslationContext<Settings> {
  readonly api: HttpClient
  /** As they are now; for vendors whose one connection holds several tokens. */
  readonly credentials: () => Credentials
}

/** `not_yet`: the vendor has not finished the thing itself; asked again later. */
export type LookupResult =
  | { readonly outcome: 'translated'; readonly translation: Translation }
  | { readonly outcome: 'not_yet'; readonly why: string }

export interface BackfillPage {
  readonly translation: Translation
  /** Where to go on after this page; kept with the page's events in one transaction. */
  readonly cursor: string
}

export type Execution =
  | {
      readonly outcome: 'executed'
      /** What the vendor calls the thing that was made or changed. */
      readonly reference?: string
      readonly readBack: 'verified' | 'differs' | 'not_possible'
      readonly says: string
    }
  | { readonly outcome: 'refused'; readonly fault: FaultCode; readonly says: string }

export interface Credentials {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresAt?: Instant
  /** Vendor's ids of the stores whose part it refused to renew: only a new consent helps them. */
  readonly refusedStores?: readonly string[]
}

/** Answers a register that asks and waits. Where a vendor has no such hook, the agent's own is used. */
export interface QuestionHook<Settings> {
  verify(request: WebhookRequest, connection: Connection<Settings>, secrets: Secrets): Verification
  /** The question as an event, or nothing when there is nothing to decide. */
  read(
    request: WebhookRequest,
    context: TranslationContext<Settings>,
  ): Extract<DraftEvent, { type: 'return.requested' | 'cart.ready_for_payment' }> | undefined
  reply(answer: QuestionAnswer | undefined, request: WebhookRequest): WebhookReply
}

export interface QuestionAnswer {
  readonly verdict: ReturnVerdict
  /** For the cashier: one sentence. */
  readonly why: string
}

/** What a vendor's consent page hands over. */
export interface Grant {
  readonly code: string
  /** The whole query of the callback; some vendors name there whose consent it is. */
  readonly query: Readonly<Record<string, string>>
  /** Held so far; for vendors whose one connection gathers several consents. */
  readonly current: Credentials | undefined
}

export type Secrets = Readonly<Record<string, string>>

export interface Connector<Settings = unknown> {
  readonly vendor: string
  readonly label: string
  readonly settings: z.ZodType<Settings>
  /** Names of the secrets that a connection must have, and what each is. */
  readonly secrets: Readonly<Record<string, string>>
  readonly capabilities: Capabilities
  /** How often to sweep the feeds for what webhooks lost. */
  readonly sweepEverySeconds: number
  readonly budget: HttpBudget
  /** Headers of an authorised call, and how to come by new credentials. */
  readonly auth: {
    headers(credentials: Credentials): Readonly<Record<string, string>>
    /** @throws Fault vendor_unauthorised */
    exchange(
      api: HttpClient,
      connection: Connection<Settings>,
      secrets: Secrets,
      grant: Grant,
    ): Promise<Credentials>
    /**
     * Where one connection has several tokens to renew, `keep` makes what was renewed so far durable
     * at once: a vendor takes a refresh token a single time.
     * @throws Fault vendor_unauthorised
     */
    refresh?(
      api: HttpClient,
      connection: Connection<Settings>,
      secrets: Secrets,
      current: Credentials,
      keep: (soFar: Credentials) => Promise<void>,
    ): Promise<Credentials>
  }
  verify(request: WebhookRequest, connection: Connection<Settings>, secrets: Secrets): Verification
  /**
   * Pure: the same bytes give the same events.
   * @throws Fault body_malformed | body_too_deep | body_hostile | payload_malformed | store_unknown
   */
  translate(request: WebhookRequest, context: TranslationContext<Settings>): Translation
  /** @throws Fault vendor_unreachable and its kin (asked again later) | payload_malformed (dead letter) */
  fetch(lookup: Lookup, context: ApiContext<Settings>): Promise<LookupResult>
  /** Names of the feeds to walk; a cursor is kept for each. */
  feeds(connection: Connection<Settings>): readonly string[]
  /** Pages after `cursor`, or since `since` when there is none, until what is there now is told. */
  backfill(
    feed: string,
    from: { cursor?: string; since: Instant },
    context: ApiContext<Settings>,
  ): AsyncIterable<BackfillPage>
  /** Idempotent by the vendor's own means; reads back what it did. @throws Fault vendor_unreachable and its kin */
  execute(command: Command, context: ApiContext<Settings>): Promise<Execution>
  readonly questions?: QuestionHook<Settings>
}

export function defineConnector<Settings>(connector: Connector<Settings>): Connector<Settings> {
  return connector
}

export const nothing: Translation = { events: [], lookups: [], references: [] }
