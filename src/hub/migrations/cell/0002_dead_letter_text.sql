-- A dead letter is kept as it came, and jsonb does not take every JSON: \u0000 and halves of pairs.
alter table ingest_dead_letter alter column event type text using event::text;
