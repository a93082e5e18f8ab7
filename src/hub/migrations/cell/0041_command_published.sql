-- For agents that read commands from Kafka: when one was last written there.
alter table command add column published_at timestamptz;
create index command_unpublished on command (chain_id, issued_at) where state = 'queued';
