-- How far a topic that others write has been taken in. The place moves with the effects, under a
-- token that grows whenever a partition changes hands.

create table topic_place (
  chain_id text not null,
  topic text not null,
  partition smallint not null,
  token bigint not null default 1,
  -- Absent: from the oldest that there is.
  next_offset bigint,
  primary key (chain_id, topic, partition)
);
alter table topic_place enable row level security;
alter table topic_place force row level security;
create policy of_chain on topic_place
  using (chain_id = (select current_setting('tillway.chain', true)));
grant select, insert, update on topic_place to :"app_role";
