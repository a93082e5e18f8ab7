-- A log on Kafka keeps a group's place beside its effects, as the embedded log does: the position is
-- the same, and this says where in the topic's partition to read on.

alter table event_lease add column next_offset bigint;
