/** The handbook's payments, month by month, with features computed as they would have been live. */
import { createFraudHistory, fraudFeatures } from '../../../src/models/fraud/features.ts'
import { readColumns } from '../data/columns.ts'

export interface Payments {
  readonly rowsCount: number
  /** Days since the first of April 2018. */
  readonly day: Int32Array
  readonly customer: Int32Array
  readonly id: Int32Array
  readonly isFraud: Uint8Array
  /** One a feature, in the order of `fraudFeatures`. */
  readonly columns: readonly Float32Array[]
}

const firstMs = Date.UTC(2018, 3, 1)

/** @param paths files of one month each, in order */
export function readPayments(paths: readonly string[]): Payments {
  const months = paths.map((path) =>
    readColumns(path, {
      TRANSACTION_ID: 'number',
      TX_DATETIME: 'text',
      CUSTOMER_ID: 'number',
      TERMINAL_ID: 'number',
      TX_AMOUNT: 'number',
      TX_FRAUD: 'number',
    }),
  )
  const rowsCount = months.reduce((sum, month) => sum + month.rowsCount, 0)
  const [day, customer, id] = [0, 0, 0].map(() => new Int32Array(rowsCount)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  const isFraud = new Uint8Array(rowsCount)
  const columns = fraudFeatures.map(() => new Float32Array(rowsCount))
  const history = createFraudHistory()
  const features = new Float32Array(fraudFeatures.length)
  let row = 0
  for (const month of months)
    for (let at = 0; at < month.rowsCount; at += 1) {
      const atMs = Date.parse(`${month.TX_DATETIME[at]!.replace(' ', 'T')}Z`)
      const payment = {
        atMs,
        customer: month.CUSTOMER_ID[at]!,
        terminal: month.TERMINAL_ID[at]!,
        amountMinor: Math.round(month.TX_AMOUNT[at]! * 100),
      }
      history.next(payment, features, month.TX_FRAUD[at] === 1)
      day[row] = Math.floor((atMs - firstMs) / 86_400_000)
      customer[row] = payment.customer
      id[row] = month.TRANSACTION_ID[at]!
      isFraud[row] = month.TX_FRAUD[at]!
      for (const [place, column] of columns.entries()) column[row] = features[place]!
      row += 1
    }
  return { rowsCount, day, customer, id, isFraud, columns }
}
