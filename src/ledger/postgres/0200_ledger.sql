-- The ledger. Writers insert into ledger_pending within their own transactions and wait for nobody;
-- one sequencer at a time moves what is committed into the chain, where nothing ever changes.

create table ledger_pending (
  pending_id bigint generated always as identity primary key,
  chain_id text not null,
  store_id text,
  entry jsonb not null
);

create table ledger_entry (
  chain_id text not null,
  sequence bigint not null,
  region_id text not null,
  at timestamptz not null,
  kind text not null,
  trace_id text,
  store_id text,
  actor_type text not null,
  actor_id text not null,
  subject_id text not null,
  body jsonb not null,
  previous_hash text not null,
  hash text not null,
  primary key (chain_id, sequence)
);
create index ledger_entry_trace on ledger_entry (chain_id, trace_id, sequence);
create index ledger_entry_subject on ledger_entry (chain_id, subject_id, sequence);

-- Signed statements that the chain had this many entries and ended in this hash.
create table ledger_checkpoint (
  chain_id text not null,
  size bigint not null,
  note text not null,
  made_at timestamptz not null,
  primary key (chain_id, size)
);

do $$
declare
  name text;
begin
  foreach name in array array['ledger_pending', 'ledger_entry', 'ledger_checkpoint'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy of_chain on %I
      using (chain_id = (select current_setting(''tillway.chain'', true)))', name);
  end loop;
end $$;

create function ledger_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'The ledger is append-only: % is refused.', tg_op using errcode = '42501';
end $$;

create trigger ledger_entry_stays before update or delete on ledger_entry
  for each row execute function ledger_refuse();
create trigger ledger_entry_whole before truncate on ledger_entry
  for each statement execute function ledger_refuse();
create trigger ledger_checkpoint_stays before update or delete on ledger_checkpoint
  for each row execute function ledger_refuse();
create trigger ledger_checkpoint_whole before truncate on ledger_checkpoint
  for each statement execute function ledger_refuse();

-- The sequencer serves all chains, and row-level security shows it only one at a time. This tells
-- it which have something waiting: ids, nothing else.
create policy owner_counts on ledger_pending for select to current_user using (true);
create function ledger_chains_waiting() returns setof text
language sql security definer stable set search_path = public, pg_temp as $$
  select distinct chain_id from ledger_pending
$$;

revoke all on function ledger_chains_waiting() from public;
grant usage on schema public to :"app_role";
grant select, insert, delete on ledger_pending to :"app_role";
grant select, insert on ledger_entry, ledger_checkpoint to :"app_role";
grant execute on function ledger_chains_waiting() to :"app_role";
