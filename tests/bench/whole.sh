#!/usr/bin/env bash
# The whole program beside the one ffmpeg command that does the same job; options: whole.mjs. SPDX-License-Identifier: Apache-2.0
set -euo pipefail
exec node "$(dirname "$0")/whole.mjs" "$@"
