# shellcheck shell=bash
# Sourced by every script here: where things are and where builds go. Nothing that is built lands in the work tree, except web/dist.

WAKALA_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WAKALA_CACHE=${WAKALA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wakala}
WAKALA_BUNDLE=${WAKALA_BUNDLE:-$WAKALA_CACHE/bundle}
export WAKALA_ROOT WAKALA_CACHE WAKALA_BUNDLE
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$WAKALA_CACHE/target}
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}
# rustup, where it is, comes before a distribution's cargo.
case ":$PATH:" in *":$HOME/.cargo/bin:"*) ;; *) export PATH="$HOME/.cargo/bin:$PATH" ;; esac
mkdir -p "$CARGO_TARGET_DIR" "$WAKALA_BUNDLE"

# say WHAT [WHY]: one line of progress.
say() {
  if [[ -t 1 ]]; then printf '\033[1m%s\033[0m%s\n' "$1" "${2:+ ($2)}"; else printf '%s%s\n' "$1" "${2:+ ($2)}"; fi
}

# fail SENTENCE...: says what is wrong and what to do, then ends the script.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# at_least WANTED FOUND: are dotted versions in order.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }
