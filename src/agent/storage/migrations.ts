/** The agent's tables, as numbered steps; a step that has run is never changed. */

export const migrations: readonly string[] = [
  // 1: the first shape
  `
  create table outbox (seq integer primary key, event text not null) strict;

  -- Event ids already taken in, as 16 bytes: they come at random places, so pages must be few.
  create table seen (eventId blob primary key, seenAtMs integer not null) strict, without rowid;

  create table vault (token text primary key, kind text not null, sealed blob not null) strict, without rowid;

  create table lookups (
    connectionId text not null, kind text not null, externalId text not null,
    hints text, traceparent text not null,
    -- Grows when the vendor tells of the thing again while it is being fetched.
    version integer not null default 1,
    attemptsCount integer not null default 0,
    firstAskedAtMs integer not null, nextTryAtMs integer not null,
    primary key (connectionId, kind, externalId)
  ) strict, without rowid;
  create index lookupsByTry on lookups (connectionId, nextTryAtMs);

  create table vendorReferences (
    connectionId text not null, kind text not null, externalId text not null, value text not null,
    primary key (connectionId, kind, externalId)
  ) strict, without rowid;
  create index vendorReferencesByValue on vendorReferences (connectionId, kind, value);

  create table cursors (
    connectionId text not null, feed text not null, cursor text not null,
    primary key (connectionId, feed)
  ) strict, without rowid;

  create table commands (
    commandId text primary key, storeId text not null, command text not null,
    state text not null check (state in ('received', 'executing', 'done')),
    attemptsCount integer not null default 0, receivedAtMs integer not null,
    isAcknowledged integer not null default 0
  ) strict, without rowid;
  create index commandsOpen on commands (receivedAtMs) where state <> 'done';
  create index commandsUnacknowledged on commands (commandId) where isAcknowledged = 0;

  create table answers (
    returnId text primary key, storeId text not null, eventId text not null, traceparent text not null,
    askedAtMs integer not null,
    verdict text, why text, decidedBy text, proposalId text, policyHash text
  ) strict, without rowid;

  -- What is needed to judge a return without the hub.
  create table saleFacts (
    saleId text primary key, storeId text not null, occurredAtMs integer not null,
    totalMinor integer not null, customer text, skus text not null
  ) strict, without rowid;
  create index saleFactsByStore on saleFacts (storeId, occurredAtMs);
  create index saleFactsByCustomer on saleFacts (customer, occurredAtMs) where customer is not null;
  create table refundFacts (
    eventId text primary key, storeId text not null, saleId text, employeeId text, customer text,
    occurredAtMs integer not null, linesCount integer not null
  ) strict, without rowid;
  create index refundFactsBySale on refundFacts (saleId) where saleId is not null;
  create index refundFactsByStore on refundFacts (storeId, occurredAtMs);
  create index refundFactsByEmployee on refundFacts (employeeId, occurredAtMs) where employeeId is not null;
  create index refundFactsByCustomer on refundFacts (customer, occurredAtMs) where customer is not null;

  create table products (
    storeId text not null, sku text not null, occurredAt text not null, product text not null,
    primary key (storeId, sku)
  ) strict, without rowid;
  create table stock (
    storeId text not null, sku text not null, occurredAt text not null, onHand text not null,
    primary key (storeId, sku)
  ) strict, without rowid;

  create table deadLetters (
    id integer primary key, connectionId text not null,
    kind text not null check (kind in ('webhook', 'event', 'lookup')),
    receivedAtMs integer not null, code text not null, field text, sealed blob not null
  ) strict;

  create table credentials (
    connectionId text primary key, configured text not null, sealed blob not null
  ) strict, without rowid;
  create table counters (name text primary key, value integer not null) strict, without rowid;
  create table meta (name text primary key, value text not null) strict, without rowid;
  `,
]
