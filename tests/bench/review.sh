#!/usr/bin/env bash
# Opening, seeking and searching beside the plain way, then the same in a browser. --quick: without the million, with few
# Sessions to search. --program alone, --browser alone.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${XB_BUILD:-build/release}
only=${1:-}
case $only in --program|--browser) shift ;; esac
[ "$only" = --browser ] || "$build/tests/bench/review_bench" "$@"
[ "$only" = --program ] || exec env XIANGBO="${XIANGBO:-$PWD/$build/xiangbo}" XB_REVIEW_BENCH="$PWD/$build/tests/bench/review_bench" node tests/bench/review.mjs "$@"
