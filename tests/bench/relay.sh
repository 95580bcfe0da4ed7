#!/usr/bin/env bash
# The relay beside Bun, nchan and Node ws; options: relay.mjs. SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")"
(cd peers && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error; })
ulimit -n "$(ulimit -Hn)"
exec node relay.mjs "$@"
