/**
 * Events that nobody can handle, made where no door checks any more: as the first event of each of these
 * types is written to the log its body is spoilt, and kept aside for the day when it is mended.
 */
import type { UnderLoad } from '../fleet/under-load.ts'

interface Poison {
  readonly eventId: string
  readonly type: string
}

export async function spoilFirst(
  { hubs }: UnderLoad,
  regionId: string,
  types: readonly string[],
): Promise<void> {
  const list = types.map((type) => `'${type}'`).join(', ')
  await hubs.query(
    regionId,
    `create table spoilt (event_id uuid, type text unique, partition int, body text);
     create function spoil() returns trigger language plpgsql security definer as $$
     begin
       if new.type in (${list}) then
         insert into spoilt values (new.event_id, new.type, new.partition, new.body)
           on conflict do nothing;
         if found then
           new.body := jsonb_set(new.body::jsonb, '{data}', '{"poison": true}')::text;
         end if;
       end if;
       return new;
     end $$;
     create trigger spoil before insert on event for each row execute function spoil();`,
  )
}

export function spoiltIn({ hubs }: UnderLoad, regionId: string) {
  return hubs.query<Poison & { partition: number }>(
    regionId,
    'select event_id as "eventId", type, partition from spoilt',
  )
}

/** The groups that gave up on the event, by name. */
export async function groupsThatGaveUp(
  { hubs }: UnderLoad,
  regionId: string,
  eventId: string,
): Promise<string[]> {
  const rows = await hubs.query<{ name: string }>(
    regionId,
    `select group_name as name from event_dead_letter where event_id = $1 and state = 'dead'
      order by group_name`,
    [eventId],
  )
  return rows.map(({ name }) => name)
}

/** As whoever wrote it wrong would: in the log, and in what was kept of it as a dead letter. */
export async function mend({ hubs }: UnderLoad, regionId: string): Promise<void> {
  await hubs.query(
    regionId,
    `drop trigger spoil on event;
     update event e set body = s.body from spoilt s where s.event_id = e.event_id;
     update event_dead_letter l set body = s.body from spoilt s where s.event_id = l.event_id;`,
  )
}
