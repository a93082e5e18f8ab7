#!/bin/sh
# Run by the postgres image at its first start: prepare.sql with the passwords that compose hands over.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres \
  -v owner="$(cat /run/secrets/owner_password)" -v app="$(cat /run/secrets/app_password)" <<'SQL'
select set_config('tillway.owner_password', :'owner', false) as owner \gset ignored_
select set_config('tillway.app_password', :'app', false) as app \gset ignored_
\i /etc/tillway/prepare.sql
SQL
