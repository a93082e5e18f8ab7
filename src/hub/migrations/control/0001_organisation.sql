-- The control plane: who and where, and by which policies. No row of a cell comes here.

create table chain (
  chain_id text primary key,
  name text not null
);
create table district (
  chain_id text not null references chain,
  district_id text not null,
  region_id text not null,
  name text not null,
  primary key (chain_id, district_id)
);
create table store (
  chain_id text not null references chain,
  store_id text not null,
  region_id text not null,
  district_id text not null,
  name text not null,
  currency text not null,
  time_zone text not null,
  cut_over_hour int not null,
  primary key (chain_id, store_id),
  foreign key (chain_id, district_id) references district
);
create table register (
  chain_id text not null,
  register_id text not null,
  store_id text not null,
  name text not null,
  primary key (chain_id, register_id),
  foreign key (chain_id, store_id) references store
);
create table person (
  chain_id text not null references chain,
  person_id text not null,
  name text not null,
  title text not null,
  roles jsonb not null,
  primary key (chain_id, person_id)
);
create table policy_version (
  chain_id text not null references chain,
  policy_hash text not null,
  policies text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (chain_id, policy_hash)
);
create table policy_active (
  chain_id text primary key references chain,
  policy_hash text not null,
  since timestamptz not null default now(),
  foreign key (chain_id, policy_hash) references policy_version
);

do $$
declare t text;
begin
  foreach t in array array['chain', 'district', 'store', 'register', 'person', 'policy_version', 'policy_active'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy own_chain on %I using (chain_id = (select current_setting(''tillway.chain'', true)))
       with check (chain_id = (select current_setting(''tillway.chain'', true)))', t);
  end loop;
end $$;

grant select, insert, update on chain, district, store, register, person, policy_active to :"app_role";
grant select, insert on policy_version to :"app_role";
