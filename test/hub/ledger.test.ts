/** What was tampered with behind the hub's back is found, and the first of it is named. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import pg from 'pg'
import { withDatabase } from '../../src/base/postgres-cell.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { operatorOf, tillway } from '../cli/run.ts'
import { enrolAgent, eventually, sale, startTestHub } from './harness.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const clients: pg.Client[] = []
after(async () => {
  for (const client of clients) await client.end()
})
const hub = await startTestHub()
const agent = await enrolAgent(hub, 'agt_us')
const auditor = await hub.as('per_audit')
const owner = new pg.Client({
  connectionString: withDatabase(hub.adminUrl, `${hub.config.databasePrefix}_us`),
})
await owner.connect()
clients.push(owner)
await someOfTheLoop()

async function someOfTheLoop(): Promise<void> {
  const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
  for (let round = 1; round <= 4; round += 1) {
    const saleId = `sal_l.${round}`
    const sold = agent.event('sale.completed', 'str_boston', sale(saleId, 900))
    const asked = agent.event('return.requested', 'str_boston', {
      returnId: `ret-l${round}`,
      saleId,
      currency: 'USD',
      amountMinor: round * 900,
      lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: round * 900 }],
    })
    equal((await agent.send([sold, asked])).status, 200)
    await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(asked), local })
  }
  await eventually(async () => {
    const { rows } = await owner.query(`select
      (select count(*)::int from ledger_pending) as waiting,
      (select count(*)::int from ledger_entry where kind = 'command.issued') as issued`)
    return rows[0].waiting === 0 && rows[0].issued >= 4
  })
}

/** What a superuser with time on his hands could do: past triggers, in one transaction, undone after. */
async function tamper(statements: readonly string[], look: () => Promise<void>): Promise<void> {
  const entries = (await owner.query('select * from ledger_entry order by sequence')).rows
  const events = (await owner.query('select * from event')).rows
  const past = async (work: () => Promise<void>) => {
    await owner.query('begin')
    await owner.query('set local session_replication_role = replica')
    await work()
    await owner.query('commit')
  }
  await past(async () => {
    for (const statement of statements)
      ok(((await owner.query(statement)).rowCount ?? 0) > 0, statement)
  })
  try {
    await look()
  } finally {
    await past(async () => {
      for (const [table, rows] of [
        ['ledger_entry', entries],
        ['event', events],
      ] as const) {
        await owner.query(`delete from ${table}`)
        await owner.query(
          `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
          [JSON.stringify(rows)],
        )
      }
    })
  }
}

const verification = async () => (await auditor('GET', '/v1/ledger/us/verification')).body as Body
const audit = async (...more: string[]) => {
  const { code, out, err } = await tillway(['audit', 'verify', ...more], operatorOf(hub))
  equal(err, '')
  return { code, out }
}

test('intact: hub and command line say so, and the command exits with 0', async () => {
  const { outcome, entriesCount, batchesCount } = await verification()
  equal(outcome, 'intact')
  ok(entriesCount > 10 && batchesCount >= 4, `${entriesCount} entries, ${batchesCount} batches`)
  const { code, out } = await audit('--json')
  equal(code, 0)
  deepEqual(
    JSON.parse(out).map((one: Body) => [one.region, one.outcome]),
    [
      ['us', 'intact'],
      ['eu', 'intact'],
    ],
  )
  const inWords = await audit('--region', 'us')
  equal(inWords.code, 0)
  match(inWords.out, /^us: intact, \d+ entries, \d+ batches of events/)
})

const cases: readonly {
  why: string
  does: readonly string[]
  wants: { sequence: number; problem: string }
  /** Asked of the command line as well; not each time, since a process takes its second. */
  byCommand?: true
}[] = [
  {
    why: 'an entry’s body altered',
    does: [`update ledger_entry set body = body || '{"by":"nobody"}' where sequence = 5`],
    byCommand: true,
    wants: { sequence: 5, problem: 'altered' },
  },
  {
    why: 'an entry’s actor altered',
    does: [`update ledger_entry set actor_id = 'per_innocent' where sequence = 7`],
    wants: { sequence: 7, problem: 'altered' },
  },
  {
    why: 'an entry’s time altered by a millisecond',
    does: [`update ledger_entry set at = at + interval '1 millisecond' where sequence = 3`],
    wants: { sequence: 3, problem: 'altered' },
  },
  {
    why: 'two entries altered: the first is named',
    does: [`update ledger_entry set subject_id = 'x' where sequence in (9, 4)`],
    wants: { sequence: 4, problem: 'altered' },
  },
  {
    why: 'one removed from the middle',
    does: ['delete from ledger_entry where sequence = 6'],
    byCommand: true,
    wants: { sequence: 6, problem: 'removed' },
  },
  {
    why: 'the first removed',
    does: ['delete from ledger_entry where sequence = 1'],
    wants: { sequence: 1, problem: 'removed' },
  },
  {
    why: 'two swapped',
    does: [
      'update ledger_entry set sequence = -5 where sequence = 5',
      'update ledger_entry set sequence = 5 where sequence = 8',
      'update ledger_entry set sequence = 8 where sequence = -5',
    ],
    byCommand: true,
    wants: { sequence: 5, problem: 'reordered' },
  },
]

for (const { why, does, wants, byCommand } of cases)
  test(`found: ${why}`, () =>
    tamper(does, async () => {
      const { outcome, sequence, problem, says } = await verification()
      deepEqual({ outcome, sequence, problem }, { outcome: 'broken', ...wants })
      ok(says.length > 10)
      if (byCommand !== true) return
      const { code, out } = await audit('--json')
      equal(code, 1)
      const [us, eu] = JSON.parse(out)
      deepEqual([us.outcome, us.sequence, us.problem], ['broken', wants.sequence, wants.problem])
      equal(eu.outcome, 'intact', 'the other region is not blamed')
    }))

test('found: an event altered in the log, by the batch that recorded it', () =>
  tamper(
    [`update event set body = replace(body, '900', '901') where body like '%sal_l.3"%'`],
    async () => {
      const { outcome, sequence, problem } = await verification()
      deepEqual([outcome, problem], ['broken', 'events_differ'])
      const { rows } = await owner.query('select kind from ledger_entry where sequence = $1', [
        sequence,
      ])
      equal(rows[0].kind, 'events.recorded')
      const { code, out } = await audit('--region', 'us')
      equal(code, 1)
      match(out, new RegExp(`^us: BROKEN at entry ${sequence}: events_differ\\.`))
    },
  ))

test('found: an event removed from the log', () =>
  tamper(
    [`delete from event where body like '%"sal_l.2"%' and type = 'sale.completed'`],
    async () => {
      const { outcome, problem } = await verification()
      deepEqual([outcome, problem], ['broken', 'events_differ'])
    },
  ))

test('found: the end of the ledger cut off below its newest signed checkpoint', async () => {
  const { items } = (await auditor('GET', '/v1/ledger/us/checkpoints')).body as Body
  ok(items.length > 0, 'a first checkpoint is signed with the first entries')
  const { size } = items[0]
  await tamper([`delete from ledger_entry where sequence >= ${size}`], async () => {
    const { outcome, sequence } = await verification()
    equal(outcome, 'broken')
    ok(sequence <= size, `${sequence} of ${size}`)
  })
})

test('put back as it was, all is intact again', async () => {
  equal((await verification()).outcome, 'intact')
})
