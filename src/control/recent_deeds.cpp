// The last commands, with the words of their table. SPDX-License-Identifier: Apache-2.0
#include "control/recent_deeds.h"

#include <algorithm>

#include "base/text.h"
#include "control/roles.h"
#include "studio/commands.h"
#include "studio/present.h"

namespace xb::control {
namespace {

constexpr std::size_t most_deeds = 8;
constexpr std::size_t longest_arg = 64;  // bytes

// What a page finds a name for; a note or a whole message is nobody else's to be shown.
Json told_args(const Json& args) {
  Json out = Json::object();
  if (!args.is_object()) return out;
  for (const auto* key : {"product", "caption", "slate", "price"}) {
    const auto found = args.find(key);
    if (found == args.end() || !found->is_string()) continue;
    const auto text = found->get<std::string>();
    if (text.size() <= longest_arg && clean_outside_text(text) == text) out[key] = text;
  }
  return out;
}

}  // namespace

void RecentDeeds::add(const studio::Command& command, const net::Person& by) {
  std::lock_guard lock(mutex_);
  if (std::any_of(deeds_.begin(), deeds_.end(),
                  [&](const auto& deed) { return deed.id == command.id; }))
    return;
  deeds_.push_back({command.id, ++last_, clock_.wall(), by, command.name, told_args(command.args)});
  if (deeds_.size() > most_deeds) deeds_.pop_front();
}

OrderedJson RecentDeeds::json() const {
  std::lock_guard lock(mutex_);
  OrderedJson out = OrderedJson::array();
  for (const auto& deed : deeds_) {
    const auto rows = studio::command_rows();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto& one) { return one.name == deed.name; });
    out.push_back({{"n", deed.number},
                   {"time", studio::local_clock(deed.at)},
                   {"role", name_of(static_cast<Role>(deed.by.rank))},
                   {"device", deed.by.device},
                   {"who", deed.by.name},
                   {"name", deed.name},
                   {"args", OrderedJson(deed.args)},
                   {"zh", row != rows.end() ? row->help_zh : std::string_view(deed.name)},
                   {"en", row != rows.end() ? row->help_en : std::string_view(deed.name)}});
  }
  return out;
}

std::uint64_t RecentDeeds::version() const {
  std::lock_guard lock(mutex_);
  return last_;
}

}  // namespace xb::control
