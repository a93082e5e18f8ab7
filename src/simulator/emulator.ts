/** The contract of an emulated vendor: its API over HTTP, its webhooks, and hands for the shoppers. */
import type { FastifyInstance } from 'fastify'
import type { DocumentStore } from './document-store.ts'
import type {
  AtTill,
  SimulatedAccount,
  SimulatedCustomer,
  SimulatedProduct,
  TillAnswer,
  TillRefund,
  TillReturnQuestion,
  TillSale,
} from './till.ts'
import type { WebhookSender } from './webhook-sender.ts'

export interface EmulatorDeps {
  readonly documents: DocumentStore
  readonly webhooks: WebhookSender
  /** Simulated time. */
  readonly nowMs: () => number
}

export interface Emulator {
  readonly vendor: string
  /** Registers the vendor's routes; the host mounts them below `/<vendor>`. */
  routes(app: FastifyInstance): Promise<void> | void
  /** Opens the account and fills its catalogue and stock; once it is open, a second call only takes the new URLs and secrets. */
  open(
    account: SimulatedAccount,
    products: readonly SimulatedProduct[],
    onHand: (storeExternalId: string, sku: string) => number,
  ): void
  /** Credentials that a connection of this account starts with. */
  credentials(accountId: string): { accessToken: string; refreshToken?: string }
  ring(accountId: string, sale: TillSale): void
  void?(accountId: string, sale: TillSale): void
  refund(accountId: string, refund: TillRefund): void
  /** Goods arrive or are counted: the level is set. */
  setStock(
    accountId: string,
    storeExternalId: string,
    sku: string,
    onHand: number,
    atMs: number,
  ): void
  saveCustomer(accountId: string, customer: SimulatedCustomer, atMs: number): void
  clockIn(accountId: string, at: AtTill): void
  clockOut(accountId: string, at: AtTill): void
  openRegister(accountId: string, at: AtTill): void
  closeRegister(accountId: string, at: AtTill): void
  openDrawer(accountId: string, at: AtTill): void
  /** Asks through the vendor's own hook; absent where the vendor has none (the companion asks instead). */
  askReturn?(accountId: string, question: TillReturnQuestion): Promise<TillAnswer>
  /** The vendor's id of a sale, for the companion on the counter. */
  externalSaleId(accountId: string, saleKey: string): string | undefined
}

export type EmulatorFactory = (deps: EmulatorDeps) => Emulator
