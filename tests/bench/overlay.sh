#!/usr/bin/env bash
# The overlay against ffmpeg's overlay filters: the same five layers, interleaved rounds, one run.
# XB_BENCH_ROUNDS (default 5), XB_BENCH_SCENE (1080p, 720p, portrait; default all); with
# XB_BENCH_SHOW and XB_BENCH_BARE_SHOW also `xiangbo render` with layers over without.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
options=(--folder "$folder" --rounds "${XB_BENCH_ROUNDS:-5}")
[[ -z ${XB_BENCH_SCENE:-} ]] || options+=(--scene "$XB_BENCH_SCENE")
if [[ -n ${XB_BENCH_SHOW:-} && -n ${XB_BENCH_BARE_SHOW:-} ]]; then
  options+=(--program "$root/build/release/xiangbo" --show "$XB_BENCH_SHOW"
    --bare-show "$XB_BENCH_BARE_SHOW")
fi
"$root/build/release/tests/bench/overlay_bench" "${options[@]}"
