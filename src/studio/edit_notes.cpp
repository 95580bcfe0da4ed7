// Notes are compared as text.
// SPDX-License-Identifier: Apache-2.0
#include "studio/edit_notes.h"

#include <algorithm>

#include "net/json.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_notes = 512;

std::string what_of(const OrderedJson& table, const OrderedJson& id, const OrderedJson& after) {
  return net::dump(OrderedJson::array({table, id, after}));
}

}  // namespace

void EditNotes::add(std::string_view table, std::string_view id, const OrderedJson& after,
                    std::string_view who) {
  const auto id_json = id.empty() ? OrderedJson(nullptr) : OrderedJson(id);
  auto what = what_of(OrderedJson(table), id_json, after);
  std::lock_guard lock(mutex_);
  if (notes_.size() >= most_notes) notes_.pop_front();
  notes_.push_back({std::move(what), std::string(who)});
}

void EditNotes::sign(OrderedJson& changes) {
  for (auto& change : changes) {
    const auto what = what_of(change["table"], change["id"], change["after"]);
    std::lock_guard lock(mutex_);
    // the newest: the same row may have been set to the same before
    const auto found = std::find_if(notes_.rbegin(), notes_.rend(),
                                    [&](const auto& note) { return note.what == what; });
    if (found == notes_.rend()) continue;
    change["who"] = found->who;
    notes_.erase(std::next(found).base());
  }
}

}  // namespace xb::studio
