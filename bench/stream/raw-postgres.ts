/** What the server takes at most: the same bodies, as many to a statement, into a plain table with one key. */
import pg from 'pg'
import { joinedTexts } from '../../src/base/postgres.ts'
import { saleOf } from './events.ts'

/** @returns rows a second */
export async function rawInserts(
  url: string,
  {
    first,
    count,
    batch,
    connections,
  }: { first: number; count: number; batch: number; connections: number },
): Promise<number> {
  const clients = Array.from(
    { length: connections },
    () => new pg.Client({ connectionString: url }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  const batches: { ids: number[]; bodies: string }[] = []
  for (let at = 0; at < count; at += batch) {
    const ids = Array.from({ length: Math.min(batch, count - at) }, (_, n) => first + at + n)
    const bodies = joinedTexts(ids.map((id) => JSON.stringify(saleOf('chn_raw', id))))
    batches.push({ ids, bodies })
  }
  const beganAt = performance.now()
  await Promise.all(
    clients.map(async (client) => {
      for (let next = batches.shift(); next !== undefined; next = batches.shift())
        await client.query({
          name: 'raw',
          text: `insert into bench_raw
            select * from unnest($1::bigint[], string_to_array($2, chr(30)))`,
          values: [next.ids, next.bodies],
        })
    }),
  )
  const seconds = (performance.now() - beganAt) / 1000
  await Promise.all(clients.map((client) => client.end()))
  return count / seconds
}
