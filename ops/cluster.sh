# shellcheck shell=bash
# Sourced by scripts that need a throw-away PostgreSQL cluster. `start_cluster FOLDER` makes a fresh one on a free loopback port and
# sets CLUSTER_PORT and CLUSTER_ADMIN_URL; `stop_cluster` ends it. It never runs as root.

newest_postgres() {
  local bin
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    [[ -x $bin/initdb ]] && { echo "$bin"; return; }
  done
  dirname "$(command -v initdb)"
}

as_cluster_account() {
  if [[ $(id -u) -eq 0 ]]; then
    local account=nobody
    id postgres >/dev/null 2>&1 && account=postgres
    (cd / && runuser -u "$account" -- "$@")
  else
    (cd / && "$@")
  fi
}

start_cluster() { # FOLDER
  CLUSTER_BIN=$(newest_postgres)
  CLUSTER_DATA=$1
  if [[ -f $CLUSTER_DATA/postmaster.pid ]]; then stop_cluster; fi
  rm -rf "$CLUSTER_DATA"
  mkdir -p "$CLUSTER_DATA"
  if [[ $(id -u) -eq 0 ]]; then
    local account=nobody
    id postgres >/dev/null 2>&1 && account=postgres
    chown "$account" "$CLUSTER_DATA"
  fi
  as_cluster_account "$CLUSTER_BIN/initdb" -D "$CLUSTER_DATA" -U postgres -E UTF8 --locale=C.UTF-8 -A trust --no-sync >/dev/null
  CLUSTER_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  as_cluster_account "$CLUSTER_BIN/pg_ctl" -D "$CLUSTER_DATA" -l "$CLUSTER_DATA/server.log" -w -o \
    "-p $CLUSTER_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" start >/dev/null
  export CLUSTER_ADMIN_URL="postgres://postgres@127.0.0.1:$CLUSTER_PORT/postgres"
}

stop_cluster() {
  as_cluster_account "${CLUSTER_BIN:-$(newest_postgres)}/pg_ctl" -D "$CLUSTER_DATA" -m immediate -w stop >/dev/null 2>&1 || true
}

# A folder that the cluster's account can enter: root's own cache cannot be entered by others.
cluster_folder() { # NAME
  if [[ $(id -u) -eq 0 ]]; then echo "/var/tmp/wakala-$1"; else echo "$WAKALA_CACHE/$1"; fi
}
