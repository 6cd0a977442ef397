# shellcheck shell=bash
# Sourced by backup and restore: where backups lie, which is a folder, or an rclone remote with a path (`remote:bucket/wakala`).

fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed." "Install the package $1, then run this again."; }

: "${WAKALA_BACKUP_TO:?names the folder or the rclone remote where backups lie}"
is_remote() { [[ $WAKALA_BACKUP_TO == *:* ]]; }
if is_remote; then need rclone; fi
need age

# receive NAME: keeps standard input; what was cut off on the way is not told from what is whole.
receive() {
  if is_remote; then
    rclone rcat "$WAKALA_BACKUP_TO/$1"
  else
    mkdir -p "$(dirname "$WAKALA_BACKUP_TO/$1")"
    cat >"$WAKALA_BACKUP_TO/$1"
    sync "$WAKALA_BACKUP_TO/$1"
  fi
}

# rename OLD NEW: what was received whole gets the name by which it is found.
rename() {
  if is_remote; then rclone moveto "$WAKALA_BACKUP_TO/$1" "$WAKALA_BACKUP_TO/$2"; else
    mv "$WAKALA_BACKUP_TO/$1" "$WAKALA_BACKUP_TO/$2"
    sync "$(dirname "$WAKALA_BACKUP_TO/$2")"
  fi
}

fetch() { # NAME
  if is_remote; then rclone cat "$WAKALA_BACKUP_TO/$1"; else cat "$WAKALA_BACKUP_TO/$1"; fi
}

exists() { # NAME
  if is_remote; then [[ -n $(rclone lsf "$WAKALA_BACKUP_TO/$1" 2>/dev/null) ]]; else [[ -e $WAKALA_BACKUP_TO/$1 ]]; fi
}

# names FOLDER: of all that lies there, in order.
names() {
  if is_remote; then rclone lsf --files-only "$WAKALA_BACKUP_TO/$1" 2>/dev/null | sort || true; else
    [[ ! -d $WAKALA_BACKUP_TO/$1 ]] || find "$WAKALA_BACKUP_TO/$1" -mindepth 1 -maxdepth 1 -type f -printf '%f\n' | sort
  fi
}

discard() { # NAME
  if is_remote; then rclone deletefile "$WAKALA_BACKUP_TO/$1"; else rm -f "$WAKALA_BACKUP_TO/$1"; fi
}

# A copy of the database is called by when it was complete and by the first piece of the log that it needs.
complete_at() { cut -d- -f1 <<<"$1"; }
first_log() { cut -d- -f2 <<<"${1%%.*}"; }

# The copy of the objects is encrypted by rclone, name by name, under a phrase: where the objects are read, they are readable anyway.
objects_vault() {
  need rclone
  : "${WAKALA_BACKUP_PHRASE:?names the file with the phrase that encrypts the copy of the objects}"
  local phrase
  phrase=$(rclone obscure - <"$WAKALA_BACKUP_PHRASE")
  export RCLONE_CONFIG_VAULT_TYPE=crypt RCLONE_CONFIG_VAULT_REMOTE=$WAKALA_BACKUP_TO/objects RCLONE_CONFIG_VAULT_PASSWORD=$phrase
}
