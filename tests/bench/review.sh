#!/usr/bin/env bash
# Opening, seeking and searching beside the plain way. --quick: without the million.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
exec build/release/tests/bench/review_bench "$@"
