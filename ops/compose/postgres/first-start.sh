#!/usr/bin/env bash
# Run once, when the database's folder is empty: roles with passwords, database, extensions, and who may take backups.
set -euo pipefail

administrator=(psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres)
"${administrator[@]}" --dbname postgres --file /usr/share/wakala/bootstrap/roles.sql
"${administrator[@]}" --dbname postgres --command "create role wakala_backup login replication"
while IFS=: read -r role password; do
  printf 'alter role %s password %s;\n' "$role" "'$password'"
done </run/secrets/role_passwords | "${administrator[@]}" --dbname postgres
"${administrator[@]}" --dbname postgres --command "create database wakala owner wakala_owner"
"${administrator[@]}" --dbname wakala --file /usr/share/wakala/bootstrap/extensions.sql
"${administrator[@]}" --dbname wakala --command "create extension pg_stat_statements"
printf 'host replication wakala_backup all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
