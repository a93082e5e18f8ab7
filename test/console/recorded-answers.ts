/** What the hub answers about a small chain; each answer is checked against the hub's own schemas. */
import { z } from 'zod'
import {
  ApprovalItem,
  DeadLetterView,
  FeedItem,
  HourlySales,
  Persona,
  ProposalView,
  StoreView,
  Thread,
} from '../../src/hub/views.ts'

const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString()
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const chain = { chainId: 'chn_corner', name: 'Corner & Co.' }

export const personas = z
  .array(Persona)
  .parse([
    person('per_mara', 'Mara Lindqvist', 'Manager, Berlin Mitte', 'store_manager', 'str_berlin_1'),
    person('per_tom', 'Tom Okafor', 'Manager, Chicago Loop', 'store_manager', 'str_chicago_1'),
    person(
      'per_ines',
      'Inês Duarte',
      'Regional manager, Germany',
      'regional_manager',
      'dis_germany',
    ),
    person('per_joe', 'Joe Baker', 'Loss prevention', 'loss_prevention', 'chn_corner'),
    person('per_ada', 'Ada Novak', 'Central IT', 'central_it', 'chn_corner'),
  ])

function person(personId: string, name: string, title: string, role: string, id: string) {
  const kind = id.startsWith('str') ? 'store' : id.startsWith('dis') ? 'district' : 'chain'
  return { personId, name, title, roles: [{ role, at: { kind, id } }] }
}

const places = [
  ['Berlin Mitte', 'str_berlin_1', 'eu', 'Germany', 'EUR', 'Europe/Berlin', 'lightspeed', 'online'],
  ['Hamburg Hafen', 'str_hamburg_1', 'eu', 'Germany', 'EUR', 'Europe/Berlin', 'square', 'late'],
  ['Chicago Loop', 'str_chicago_1', 'us', 'Midwest', 'USD', 'America/Chicago', 'clover', 'online'],
  ['Austin South', 'str_austin_1', 'us', 'Texas', 'USD', 'America/Chicago', 'shopify', 'offline'],
] as const

export const stores = z.array(StoreView).parse(
  places.map(([name, storeId, regionId, district, currency, timeZone, pos, status], index) => ({
    storeId,
    name,
    regionId,
    districtId: `dis_${district.toLowerCase()}`,
    districtName: district,
    currency,
    timeZone,
    pointOfSale: pos,
    agent: {
      agentId: `agt_${regionId}_${index}`,
      status,
      seenAt: at(index * 40 + 3),
      version: '0.1.0',
      outboxCount: status === 'offline' ? 214 : 0,
      deadLettersCount: index === 1 ? 2 : 0,
    },
    today: {
      businessDay: at(0).slice(0, 10),
      salesMinor: 1_284_350 - index * 213_377,
      refundsMinor: 43_990 - index * 9_120,
      salesCount: 318 - index * 47,
      refundsCount: 12 - index * 2,
    },
    openApprovalsCount: index === 0 ? 3 : 0,
    actions: [
      {
        action: 'sale.flag',
        by: pos === 'clover' ? 'none' : 'vendor_api',
        says: pos === 'clover' ? 'Clover has no note on a closed sale.' : 'A note on the sale.',
      },
      {
        action: 'purchase_order.place',
        by: pos === 'lightspeed' ? 'vendor_api' : 'document',
        says:
          pos === 'lightspeed'
            ? 'A consignment of type supplier.'
            : 'It has no purchase orders; the hub exports a document instead.',
      },
    ],
  })),
)

const wholeHour = Math.floor(Date.now() / 3_600_000) * 3_600_000
const traffic = [0, 0, 0, 0, 0, 0, 1, 2, 5, 8, 10, 12, 13, 11, 9, 10, 12, 15, 14, 9, 4, 1, 0, 0]

export const hourlySales = z.array(HourlySales).parse(
  Array.from({ length: 48 }, (_, ago) => wholeHour - ago * 3_600_000).flatMap((hourMs) =>
    stores
      .map(({ storeId, currency }, index) => {
        const busy = traffic[new Date(hourMs).getUTCHours()] ?? 0
        return {
          storeId,
          hour: new Date(hourMs).toISOString(),
          currency,
          salesMinor: busy * (3_900 - index * 500),
          refundsMinor: busy > 8 ? busy * 240 : 0,
          salesCount: busy * 3,
          refundsCount: busy > 8 ? 1 : 0,
        }
      })
      .filter(({ salesCount }) => salesCount > 0),
  ),
)

const happenings = [
  ['sale.completed', 'Sale of {}, 3 lines', 'totalMinor', 4_230],
  ['inventory.changed', 'Stock of “Heart T-light holder” is now 12 after a sale', '', 0],
  ['return.requested', 'Return of {} asked for, 1 line', 'amountMinor', 5_900],
  ['sale.completed', 'Sale of {}, 1 line', 'totalMinor', 1_295],
  ['refund.completed', 'Refund of {}', 'totalMinor', 2_550],
  ['drawer.opened', 'Drawer opened without a sale', '', 0],
] as const

const outcomes = [
  undefined,
  { action: 'purchase_order.place', autonomy: 'automatic', commandState: 'verified' },
  { action: 'return.accept', autonomy: 'approval', approvalState: 'open' },
  undefined,
  { action: 'return.accept', autonomy: 'denied' },
  undefined,
  undefined,
  { action: 'sale.flag', autonomy: 'automatic', commandState: 'failed' },
  { action: 'return.accept', autonomy: 'approval', approvalState: 'refused' },
  undefined,
  { action: 'return.accept', autonomy: 'automatic', commandState: 'executed' },
] as const

/** Larger numbers happened later. */
export function feedItem(number: number, secondsAgo: number): FeedItem {
  const store = stores[number % stores.length] as StoreView
  const [type, says, key, minor] = happenings[number % happenings.length] ?? happenings[0]
  const amount = `${(minor / 100).toFixed(2)} ${store.currency}`
  const outcome = outcomes[number % outcomes.length]
  return FeedItem.parse({
    traceId: `trace-${number}`,
    event: {
      eventId: uuid(number),
      type,
      storeId: store.storeId,
      storeName: store.name,
      registerId: `reg_${(number % 3) + 1}`,
      occurredAt: at(secondsAgo + 1),
      recordedAt: at(secondsAgo),
      summary: says.replace('{}', amount),
      data: key === '' ? {} : { currency: store.currency, [key]: minor },
    },
    ...(outcome && { outcome }),
  })
}

export const feed = Array.from({ length: 40 }, (_, index) => feedItem(40 - index, index * 4))

function proposal(number: number, changes: Partial<ProposalView>): ProposalView {
  return ProposalView.parse({
    proposalId: `prp_${number}`,
    workflow: 'guard_returns',
    workflowVersion: '1',
    workflowTitle: 'Guard returns at the register',
    action: 'return.accept',
    actionTitle: 'Accept a return',
    storeId: 'str_berlin_1',
    storeName: 'Berlin Mitte',
    traceId: `trace-${number}`,
    proposedAt: at(300 - number),
    reason:
      'Risk 41 %. The sale is 38 days old. The amount is 2.4 times what is usual in the store.',
    confidence: 0.59,
    evidence: [
      { id: 'factor:age', label: 'The sale is 38 days old.', value: '+0.62' },
      { id: 'factor:amount', label: '2.4 times the usual amount.', value: '+0.48' },
      { id: 'factor:receipt', label: 'The goods are on the receipt.', value: '-1.10' },
    ],
    input: {
      returnId: 'ret_88',
      saleId: 'lightspeed:sale-1',
      currency: 'EUR',
      amountMinor: 12_900,
      riskPermille: 410,
      hasReceipt: true,
      isStatutory: false,
    },
    autonomy: 'approval',
    decidedBy: 'hub',
    policyIds: ['returns.need_the_manager'],
    policyHash: '9f2c7be1d0a44c3cb1f0',
    models: ['return_risk@1'],
    approval: {
      approvalId: `apr_${number}`,
      state: 'open',
      approverRole: 'store_manager',
      requestedAt: at(300 - number),
      expiresAt: at(-3600 * number),
    },
    ...changes,
  })
}

const purchaseOrder = {
  workflow: 'reorder_low_stock',
  workflowTitle: 'Reorder before the shelf is empty',
  action: 'purchase_order.place',
  actionTitle: 'Place a purchase order',
  reason:
    '4 of Heart T-light holder are on hand and 0 on order; the reorder point is 31 (6.40 sell a day, 4 days until the next delivery).',
  confidence: 0.95,
  evidence: [
    { id: 'stock:1', label: 'On hand', value: '4' },
    { id: 'reorder_point', label: 'Reorder point', value: '31' },
    { id: 'order_up_to', label: 'Order up to', value: '76' },
  ],
  input: {
    number: 'PO-7c21f0aa',
    supplierId: 'central_warehouse',
    currency: 'EUR',
    lines: [{ sku: '85123A', quantity: '72', unitCostMinor: 425 }],
  },
  policyIds: ['orders.need_the_manager'],
  models: ['reorder_point@1'],
}

export function openApprovals(): ApprovalItem[] {
  const proposals = [proposal(1, {}), proposal(2, purchaseOrder), proposal(3, { confidence: 0.71 })]
  return z
    .array(ApprovalItem)
    .parse(proposals.map((waiting) => ({ approval: waiting.approval, proposal: waiting })))
}

export function thread(traceId: string): Thread {
  const number = Number(traceId.replace('trace-', '')) || 1
  const { event } = feedItem(number, 320)
  const approved = proposal(number, {
    traceId,
    proposedAt: at(319),
    approval: {
      approvalId: `apr_${number}`,
      state: 'approved',
      approverRole: 'store_manager',
      requestedAt: at(319),
      expiresAt: at(-3600),
      decidedAt: at(240),
      decidedBy: 'Mara Lindqvist',
      reason: 'Goods checked, regular customer',
    },
    command: {
      commandId: `cmd_${number}`,
      action: 'return.accept',
      state: 'verified',
      issuedAt: at(240),
      changedAt: at(238),
      expiresAt: at(-600),
      reference: 'R-2071',
      says: 'The register shows the return as accepted.',
    },
  })
  const kinds = ['proposal.decided', 'approval.decided', 'command.issued', 'command.verified']
  return Thread.parse({
    traceId,
    regionId: 'eu',
    events: [event],
    proposals: [approved],
    ledger: kinds.map((kind, index) => ({
      sequence: 1041 + index,
      at: at(319 - index * 27),
      kind,
      actor: index === 1 ? 'per_mara' : 'hub',
      subject: `prp_${number}`,
      hash: `${(number * 7919 + index * 104_729).toString(16)}e0c4b7d2a96f13885`,
    })),
  })
}

export const deadLetters = z.array(DeadLetterView).parse([
  {
    deadLetterId: 'dl_1',
    regionId: 'eu',
    storeId: 'str_hamburg_1',
    source: 'ingest',
    code: 'event_in_future',
    says: 'The event says it happened later than now.',
    field: 'occurredAt',
    at: at(5400),
    attemptsCount: 1,
  },
])
