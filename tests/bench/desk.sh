#!/usr/bin/env bash
# The control room: command to air in frames, what 20 of them cost, and a busy page's heap; options: desk.mjs.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")"
exec node desk.mjs "$@"
