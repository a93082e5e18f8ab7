-- Run once by an administrator of the server (a superuser, or one with CREATEDB and CREATEROLE), so that
-- Tillway itself needs no right to create anything. Set both passwords in the session before:
--   select set_config('tillway.owner_password', '...', false), set_config('tillway.app_password', '...', false);
-- One database per region beside the control plane's: add or leave out lines as TILLWAY_REGIONS has them.

do $$
begin
  -- Owns the databases and runs the migrations: TILLWAY connects so only while it starts (DATABASE_URL).
  execute format('create role tillway_setup login nosuperuser nocreatedb nocreaterole password %L',
    current_setting('tillway.owner_password'));
  -- What the hub works as. Row-level security binds it, and it can neither change nor remove the ledger.
  execute format('create role tillway_app login nosuperuser nocreatedb nocreaterole password %L',
    current_setting('tillway.app_password'));
end $$;

create database tillway_control owner tillway_setup template template0 encoding 'UTF8';
create database tillway_us owner tillway_setup template template0 encoding 'UTF8';
create database tillway_eu owner tillway_setup template template0 encoding 'UTF8';
