/** Each governed action as an approver reads it: the question, what either answer does, usual reasons. */
import type { ProposalView } from '../../hub/views.ts'
import { formatMoney } from '../base/money.ts'
import { sayName } from './events.ts'

export interface ActionWords {
  /** As a question's predicate: "Accept a return of €59.00". */
  readonly asks: string
  readonly amount?: { readonly minor: number; readonly currency: string }
  readonly onApprove: string
  readonly onRefuse: string
  readonly approveReasons: readonly string[]
  readonly refuseReasons: readonly string[]
}

type Input = ProposalView['input']

const titles: Readonly<Record<string, string>> = {
  'return.accept': 'Accept a return',
  'purchase_order.place': 'Place a purchase order',
  'sale.flag': 'Flag a sale for review',
}

export const actionTitle = (action: string) => titles[action] ?? sayName(action)

const speakers: Readonly<Record<string, (input: Input) => ActionWords>> = {
  'return.accept': (input) => {
    const amount = moneyOf(input.amountMinor, input.currency)
    return {
      asks: `Accept a return${amount ? ` of ${formatMoney(amount.minor, amount.currency)}` : ''}`,
      ...(amount && { amount }),
      onApprove: 'The register is told to take the goods back and give the money out.',
      onRefuse: 'The register is told to give no money; the customer keeps the goods.',
      approveReasons: ['Goods checked', 'Known customer', 'Faulty goods', 'Goodwill'],
      refuseReasons: ['No proof of purchase', 'Goods not ours', 'Too late', 'Suspected abuse'],
    }
  },
  'purchase_order.place': (input) => {
    const lines = linesOf(input.lines)
    const amount = moneyOf(spendOf(lines), input.currency)
    const what = lines.map(({ quantity, sku }) => `${quantity} × ${sku}`)
    const shown = what.length > 3 ? [...what.slice(0, 3), `${what.length - 3} more`] : what
    const total = amount ? ` for ${formatMoney(amount.minor, amount.currency)}` : ''
    return {
      asks: `Order ${shown.join(', ')}${total}`,
      ...(amount && { amount }),
      onApprove: `Purchase order ${String(input.number ?? '')} goes to ${supplier(input.supplierId)}.`,
      onRefuse: 'Nothing is ordered; the shelf may run empty.',
      approveReasons: ['Needed for the weekend', 'Stock checked', 'Usual order'],
      refuseReasons: ['Enough in the back', 'Being delisted', 'Too many', 'Ordered elsewhere'],
    }
  },
  'sale.flag': () => ({
    asks: 'Flag a sale for review',
    onApprove: 'The sale is marked in the point of sale, for everybody who works there.',
    onRefuse: 'The sale stays unmarked.',
    approveReasons: ['Worth a look'],
    refuseReasons: ['Nothing unusual'],
  }),
}

export function sayAction({ action, actionTitle: title, input }: ProposalView): ActionWords {
  return (
    speakers[action]?.(input) ?? {
      asks: title,
      onApprove: 'A command goes to the store.',
      onRefuse: 'Nothing happens.',
      approveReasons: ['Checked'],
      refuseReasons: ['Not needed'],
    }
  )
}

function moneyOf(minor: unknown, currency: unknown): { minor: number; currency: string } | null {
  return typeof minor === 'number' && typeof currency === 'string' ? { minor, currency } : null
}

interface Line {
  readonly sku: string
  readonly quantity: string
  readonly unitCostMinor: number
}

const linesOf = (lines: unknown): Line[] => (Array.isArray(lines) ? (lines as Line[]) : [])

/** Rounded line by line, as the action itself reckons what policy sees. */
function spendOf(lines: readonly Line[]): number {
  return lines.reduce(
    (sum, { quantity, unitCostMinor }) => sum + Math.round(Number(quantity) * unitCostMinor),
    0,
  )
}

const supplier = (id: unknown) => `the ${String(id ?? 'supplier').replaceAll('_', ' ')}`
