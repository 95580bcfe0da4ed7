#!/usr/bin/env bash
# The overlay and the camera conversion against their peers, in interleaved rounds of one run:
# a table of claims at the end. Options: --quick (720p, 3 short rounds: a few seconds),
# --rounds N (default 5), --scene 1080p|720p|portrait, --part blend|live|changes|camera|kernels.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/build/release/tests/bench/overlay_bench" --folder "$folder" "$@"
