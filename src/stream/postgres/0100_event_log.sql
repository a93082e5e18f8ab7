-- The event log. A chain's log has partitions; a partition's positions are handed out under the
-- lock of its head, held until commit, so they become visible in their order and none is skipped.

create table event_head (
  chain_id text not null,
  partition smallint not null,
  position bigint not null default 0,
  -- Of the newest event; never goes back, so a reader may look past older days.
  recorded_at timestamptz not null default '-infinity',
  primary key (chain_id, partition)
) with (fillfactor = 50);

-- Which events are known, for ever: what makes appending the same event twice harmless.
create table event_identity (
  chain_id text not null,
  event_id uuid not null,
  store_id text not null,
  partition smallint not null,
  position bigint not null,
  recorded_at timestamptz not null,
  primary key (chain_id, event_id)
);

create table event (
  chain_id text not null,
  store_id text not null,
  partition smallint not null,
  position bigint not null,
  recorded_at timestamptz not null,
  occurred_at timestamptz not null,
  event_id uuid not null,
  -- The 16 bytes of a trace id; a uuid is the type that holds them.
  trace_id uuid not null,
  type text not null,
  -- JSON. As text it is written and read faster than jsonb, and comes back byte for byte.
  body text not null,
  primary key (chain_id, partition, position, recorded_at)
) partition by range (recorded_at);

create index event_trace on event (chain_id, trace_id);
create table event_default partition of event default;

-- Where each group of consumers stands in each partition, and who holds it until when.
create table event_lease (
  chain_id text not null,
  group_name text not null,
  partition smallint not null,
  position bigint not null,
  recorded_at timestamptz not null default '-infinity',
  owner text,
  -- Grows with each change of hands: the former owner's commit then finds nothing to update.
  token bigint not null default 0,
  expires_at timestamptz not null default '-infinity',
  primary key (chain_id, group_name, partition)
) with (fillfactor = 50);

create table event_member (
  chain_id text not null,
  group_name text not null,
  member text not null,
  expires_at timestamptz not null,
  primary key (chain_id, group_name, member)
) with (fillfactor = 50);

create table event_dead_letter (
  chain_id text not null,
  dead_letter_id uuid not null default gen_random_uuid(),
  store_id text not null,
  group_name text not null,
  partition smallint not null,
  position bigint not null,
  event_id uuid not null,
  body text not null,
  fault_code text not null,
  fault_says text not null,
  attempts_count int not null,
  died_at timestamptz not null default now(),
  state text not null default 'dead' check (state in ('dead', 'replaying', 'resolved')),
  primary key (chain_id, dead_letter_id),
  unique (chain_id, group_name, event_id)
);
create index event_dead_letter_open on event_dead_letter (chain_id, group_name, state, died_at);

do $$
declare
  name text;
begin
  foreach name in array array['event_head', 'event_identity', 'event', 'event_lease',
    'event_member', 'event_dead_letter'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy of_chain on %I
      using (chain_id = (select current_setting(''tillway.chain'', true)))', name);
  end loop;
end $$;

-- One table per recorded day, so that retention drops a table instead of deleting rows.
create function event_make_days(first_day date, days_count int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  day date;
  made int := 0;
begin
  perform pg_advisory_xact_lock(7462003);
  for day in select first_day + n from generate_series(0, days_count - 1) as n loop
    continue when to_regclass('event_' || to_char(day, 'YYYYMMDD')) is not null;
    -- Rows that came before their day had a table stay where they are.
    continue when exists (select from only event_default
      where recorded_at >= day::timestamp at time zone 'UTC'
        and recorded_at < (day + 1)::timestamp at time zone 'UTC');
    execute format('create table %I partition of event for values from (%L) to (%L)',
      'event_' || to_char(day, 'YYYYMMDD'),
      day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    made := made + 1;
  end loop;
  return made;
end $$;

-- Retention. Only the owner may: it drops every chain's events of those days.
create function event_drop_days(before_day date) returns int
language plpgsql set search_path = public, pg_temp as $$
declare
  name text;
  dropped int := 0;
begin
  for name in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'event'::regclass and c.relname ~ '^event_\d{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < before_day loop
    execute format('drop table %I', name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

revoke all on function event_make_days(date, int), event_drop_days(date) from public;
grant usage on schema public to :"app_role";
grant select, insert, update on event_head, event_lease, event_dead_letter to :"app_role";
grant select, insert on event_identity, event to :"app_role";
grant select, insert, update, delete on event_member to :"app_role";
grant execute on function event_make_days(date, int) to :"app_role";
