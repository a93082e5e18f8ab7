-- A region's cell: agents, what was decided, what was ordered to be done, and what is known of the
-- stores. Every table carries its chain and is bound to it by row-level security.

create table agent (
  chain_id text not null,
  agent_id text not null,
  name text not null,
  store_ids text[] not null,
  enrolment_hash text,
  enrolment_expires_at timestamptz,
  public_key jsonb,
  enrolled_at timestamptz,
  revoked_at timestamptz,
  state jsonb,
  seen_at timestamptz,
  primary key (chain_id, agent_id)
);
-- What of an incarnation's outbox is safe here, without gaps.
create table agent_epoch (
  chain_id text not null,
  agent_id text not null,
  epoch text not null,
  accepted_through bigint not null,
  primary key (chain_id, agent_id, epoch)
);
create table used_assertion (
  chain_id text not null,
  jti text not null,
  expires_at timestamptz not null,
  primary key (chain_id, jti)
);

create table ingest_dead_letter (
  chain_id text not null,
  dead_letter_id bigint generated always as identity,
  agent_id text not null,
  store_id text,
  epoch text not null,
  sequence bigint not null,
  fault jsonb not null,
  event jsonb not null,
  received_at timestamptz not null default now(),
  attempts int not null default 1,
  replayed_at timestamptz,
  primary key (chain_id, dead_letter_id),
  unique (chain_id, agent_id, epoch, sequence)
);

create table proposal (
  chain_id text not null,
  proposal_id text not null,
  store_id text not null,
  workflow text not null,
  workflow_version text not null,
  models text[] not null,
  action text not null,
  event_id uuid not null,
  ordinal int not null,
  trace_id text not null,
  occurred_at timestamptz not null,
  proposed_at timestamptz not null default now(),
  reason text not null,
  confidence double precision not null,
  evidence jsonb not null,
  input jsonb not null,
  context jsonb not null,
  autonomy text not null,
  decided_by text not null,
  policy_ids text[] not null,
  policy_hash text not null,
  primary key (chain_id, proposal_id),
  -- One event is decided once by one workflow, however often it arrives.
  unique (chain_id, workflow, event_id, ordinal)
);
create index proposal_trace on proposal (chain_id, trace_id);
create index proposal_store on proposal (chain_id, store_id, proposed_at desc);

create table approval (
  chain_id text not null,
  approval_id text not null,
  proposal_id text not null,
  store_id text not null,
  approver_role text not null,
  state text not null check (state in ('open', 'approved', 'refused', 'expired')),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  reason text,
  primary key (chain_id, approval_id),
  unique (chain_id, proposal_id),
  foreign key (chain_id, proposal_id) references proposal
);
create index approval_open on approval (chain_id, store_id, requested_at) where state = 'open';

create table command (
  chain_id text not null,
  command_id text not null,
  store_id text not null,
  proposal_id text not null,
  action text not null,
  input jsonb not null,
  state text not null check (state in
    ('queued', 'delivered', 'executed', 'verified', 'failed', 'expired', 'rolled_back')),
  traceparent text not null,
  trace_id text not null,
  causation_id uuid not null,
  issued_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  expires_at timestamptz not null,
  reference text,
  says text,
  fault text,
  attempts int not null default 0,
  document_id text,
  primary key (chain_id, command_id),
  unique (chain_id, proposal_id),
  foreign key (chain_id, proposal_id) references proposal
);
create index command_waiting on command (chain_id, store_id, issued_at) where state = 'queued';
create index command_unfinished on command (chain_id, expires_at) where state in ('queued', 'delivered');
create index command_trace on command (chain_id, trace_id);

create table document (
  chain_id text not null,
  document_id text not null,
  store_id text not null,
  command_id text not null,
  kind text not null,
  title text not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (chain_id, document_id)
);

-- What is known of the stores: made from the event log alone, so that it can be made again.
create table sale (
  chain_id text not null,
  sale_id text not null,
  store_id text not null,
  occurred_at timestamptz,
  customer text,
  employee_id text,
  currency text,
  total_minor bigint,
  skus text[] not null default '{}',
  returned_lines int not null default 0,
  is_voided boolean not null default false,
  primary key (chain_id, sale_id)
);
create index sale_customer on sale (chain_id, customer, occurred_at) where customer is not null;

create table refund (
  chain_id text not null,
  store_id text not null,
  refund_id text not null,
  sale_id text,
  occurred_at timestamptz not null,
  customer text,
  employee_id text,
  currency text not null,
  total_minor bigint not null,
  primary key (chain_id, store_id, refund_id)
);
create index refund_customer on refund (chain_id, customer, occurred_at) where customer is not null;
create index refund_employee on refund (chain_id, store_id, occurred_at, employee_id);

create table sales_hour (
  chain_id text not null,
  store_id text not null,
  hour timestamptz not null,
  business_day date not null,
  currency text not null,
  sales_minor bigint not null default 0,
  refunds_minor bigint not null default 0,
  sales_count int not null default 0,
  refunds_count int not null default 0,
  primary key (chain_id, store_id, hour, business_day, currency)
);
create index sales_hour_day on sales_hour (chain_id, store_id, business_day);
create index sales_hour_recent on sales_hour (chain_id, hour);

create table store_total (
  chain_id text not null,
  store_id text not null,
  sales_minor bigint not null default 0,
  sales_count int not null default 0,
  units numeric not null default 0,
  first_day date,
  primary key (chain_id, store_id)
);

create table sku_day (
  chain_id text not null,
  store_id text not null,
  sku text not null,
  business_day date not null,
  units numeric not null,
  primary key (chain_id, store_id, sku, business_day)
);

create table stock (
  chain_id text not null,
  store_id text not null,
  sku text not null,
  on_hand numeric not null,
  occurred_at timestamptz not null,
  primary key (chain_id, store_id, sku)
);

create table product (
  chain_id text not null,
  store_id text not null,
  sku text not null,
  name text not null,
  currency text not null,
  price_minor bigint,
  cost_minor bigint,
  category text,
  is_active boolean not null,
  occurred_at timestamptz not null,
  primary key (chain_id, store_id, sku)
);

create index product_sku on product (chain_id, sku);

-- Units ordered and not yet seen to arrive; what keeps one shortage from being ordered twice.
create table on_order (
  chain_id text not null,
  proposal_id text not null,
  store_id text not null,
  sku text not null,
  units numeric not null,
  ordered_at timestamptz not null,
  primary key (chain_id, proposal_id, sku),
  foreign key (chain_id, proposal_id) references proposal
);
create index on_order_sku on on_order (chain_id, store_id, sku, ordered_at);

do $$
declare t text;
begin
  foreach t in array array['agent', 'agent_epoch', 'used_assertion', 'ingest_dead_letter', 'proposal',
    'approval', 'command', 'document', 'sale', 'refund', 'sales_hour', 'store_total', 'sku_day',
    'stock', 'product', 'on_order'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy own_chain on %I using (chain_id = (select current_setting(''tillway.chain'', true)))
       with check (chain_id = (select current_setting(''tillway.chain'', true)))', t);
  end loop;
end $$;

-- Nothing decided, ordered or recorded is ever deleted by the application.
grant select, insert, update on agent, agent_epoch, ingest_dead_letter, proposal, approval, command,
  sale, refund, sales_hour, store_total, sku_day, stock, product to :"app_role";
grant select, insert on document to :"app_role";
grant select, insert, delete on used_assertion to :"app_role";
grant select, insert, update, delete on on_order to :"app_role";
