/** An emulator that only writes down what is done at its tills: one for each vendor in the tests. */
import type { DocumentStore } from '../src/simulator/document-store.ts'
import type { Emulator, EmulatorFactory } from '../src/simulator/emulator.ts'
import type { TillRefund, TillSale } from '../src/simulator/till.ts'
import type { EmulatorList } from '../src/simulator/world.ts'

export interface Recorded {
  readonly vendor: string
  readonly accountId: string
  readonly verb: string
  readonly what: unknown
}

/** Every call in order goes to `seen`; sales and refunds are also kept as a vendor would keep them. */
export function recorders(seen: (recorded: Recorded) => void = () => {}): EmulatorList {
  const of = (vendor: string) => recorder(vendor, seen)
  return {
    shopify: of('shopify'),
    square: of('square'),
    clover: of('clover'),
    lightspeed: of('lightspeed'),
  }
}

function recorder(vendor: string, seen: (recorded: Recorded) => void): EmulatorFactory {
  return ({ documents, webhooks, nowMs }): Emulator => {
    const urls = new Map<string, string>()
    const told =
      (verb: string) =>
      (accountId: string, ...what: unknown[]): void => {
        seen({ vendor, accountId, verb, what: what.length === 1 ? what[0] : what })
        webhooks.send({
          url: urls.get(accountId) ?? '',
          body: JSON.stringify({ vendor, verb, what }),
          headers: () => ({ 'content-type': 'application/json' }),
          habits: {
            timeoutMs: 2000,
            retryDelaysMs: [],
            retriesStatus: () => false,
            mayDuplicate: true,
            mayReorder: false,
            mayDrop: false,
          },
        })
      }
    return {
      vendor,
      routes: (app) => void app.get('/now', () => ({ nowMs: nowMs() })),
      open(account, products, onHand) {
        urls.set(account.accountId, account.webhookUrl)
        const isOpen = documents.get('account', account.accountId) !== undefined
        const [store] = account.stores
        const [product] = products
        if (store === undefined || product === undefined) throw new Error('an empty account')
        const first = onHand(store.externalId, product.sku)
        documents.put('account', account.accountId, { first }, nowMs())
        if (!isOpen) seen({ vendor, accountId: account.accountId, verb: 'open', what: first })
      },
      credentials: (accountId) => ({ accessToken: `token of ${accountId}` }),
      ring(accountId, sale) {
        once(documents, 'sale', `${accountId}/${sale.saleKey}`, sale)
        told('ring')(accountId, sale)
      },
      void: told('void'),
      refund(accountId, refund) {
        once(documents, 'refund', `${accountId}/${refund.refundKey}`, refund)
        told('refund')(accountId, refund)
      },
      setStock: told('setStock'),
      saveCustomer: told('saveCustomer'),
      clockIn: told('clockIn'),
      clockOut: told('clockOut'),
      openRegister: told('openRegister'),
      closeRegister: told('closeRegister'),
      openDrawer: told('openDrawer'),
      externalSaleId: (accountId, saleKey) =>
        documents.get('sale', `${accountId}/${saleKey}`) && `ext-${saleKey}`,
    }
  }
}

/** A vendor would take the second one for another sale, so here it is an error. */
function once(
  documents: DocumentStore,
  collection: string,
  id: string,
  value: TillSale | TillRefund,
): void {
  if (documents.get(collection, id) !== undefined) throw new Error(`${id} came twice`)
  documents.put(collection, id, value, value.atMs)
}
