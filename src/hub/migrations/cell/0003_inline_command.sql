-- Handed over with the answer to a register's question; by polling only if no outcome is heard of.
alter table command add column is_inline boolean not null default false;
