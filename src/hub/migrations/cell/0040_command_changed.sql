-- For the monitor: what became of commands lately, without reading all that there ever were.
create index command_changed on command (chain_id, changed_at);
