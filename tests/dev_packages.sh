#!/usr/bin/env bash
# What ./dev asks apt for, on a desktop with PipeWire and on a machine without: seen by an apt-get that installs nothing.
set -euo pipefail
dev=$(dirname "$(readlink -f "$0")")/../dev
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# program NAME: the script on standard input is found as NAME before the real one
program() {
  { echo '#!/bin/sh'; cat; } >"$folder/$1"
  chmod +x "$folder/$1"
}
program dpkg-query <<'END'
for last; do :; done
case " $MISSING " in *" $last "*) exit 1 ;; *) printf installed ;; esac
END
program id <<<'echo 0'
program apt-get <<'END'
[ "$1" = install ] || exit 0
echo "$@" >"$ASKED"
exit 9 # far enough
END

# asked "MISSING..": the command line that ./dev test gives to apt-get when these are not installed
asked() {
  if PATH="$folder:$PATH" MISSING=$1 ASKED="$folder/asked" "$dev" test >/dev/null 2>&1; then return 1; fi
  cat "$folder/asked"
}
fail() { echo "$1: $2" >&2; exit 1; }

line=$(asked "pulseaudio sqlite3")
case " $line " in *" --no-remove "*) ;; *) fail "apt may remove packages" "$line" ;; esac
case " $line " in *" sqlite3 "*) ;; *) fail "what is missing is not asked for" "$line" ;; esac
case " $line " in *" pulseaudio "*) fail "takes a PipeWire desktop's sound away" "$line" ;; esac
line=$(asked "pulseaudio sqlite3 pipewire-audio")
case " $line " in *" pulseaudio "*) fail "takes PipeWire's way for ALSA away" "$line" ;; esac
line=$(asked "pulseaudio pipewire-alsa pipewire-audio")
case " $line " in *" pulseaudio "*) ;; *) fail "no sound server to test with" "$line" ;; esac
