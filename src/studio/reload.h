// Reload: what another reading of the Show changes while the program runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/json_fwd.h"
#include "overlay/scene.h"
#include "studio/show.h"

namespace xb::studio {

struct Reload {
  Show show;  // what counts from now: of keys that need a restart, what the program was opened with
  std::vector<std::string> waiting;  // the keys that differ and need a restart: "video.width"
};
// `opened` is the Show the program was opened with, `read` the one just read.
Reload reload(const Show& opened, Show read);

// A table whose file was there at the reading before and is not now: deleted by mistake, or by a
// program that is about to write it. None of it is meant for the air.
std::vector<Problem> tables_gone(const Show& before, const Show& read);

// True when the picture or the page would show the same.
bool is_same_on_air(const Show& a, const Show& b);

// The tables of `next`, and behind them the rows of `shown` that are on air and not in `next`.
struct KeptRows {
  std::shared_ptr<const overlay::Tables> tables;
  std::vector<std::string> kept;  // their ids; then `tables` is not `next`
};
KeptRows keep_rows_on_air(std::shared_ptr<const overlay::Tables> next, const overlay::Tables& shown,
                          const overlay::Scene& scene);

// Each row that differs, docs/wire.md 4: [{"table","id","before","after"}].
OrderedJson changes_of(const Show& before, const Show& after);

// "products.csv:3:5 ...", and how many more: the first of the Problems in the order of their
// places, files as seen from the folder.
struct FirstProblem {
  std::string zh;
  std::string en;
};
FirstProblem first_of(std::vector<Problem> problems, const std::filesystem::path& folder);

}  // namespace xb::studio
