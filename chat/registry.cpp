// The table of platforms. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "chat/source.h"

namespace xb::chat {

Result<std::unique_ptr<ChatSource>> make_generic_source(const SourceOptions& options,
                                                        SourceContext context);
Status check_generic_source(const SourceOptions& options);

namespace {

struct SourceKind {
  std::string_view platform;
  Result<std::unique_ptr<ChatSource>> (*make)(const SourceOptions&, SourceContext);
  Status (*check)(const SourceOptions&);
};
constexpr std::array kinds{
    SourceKind{"generic", make_generic_source, check_generic_source},
};

Result<const SourceKind*> kind_for(const SourceOptions& options) {
  std::string known;
  for (const auto& kind : kinds) {
    if (kind.platform == options.platform) return &kind;
    known.append(known.empty() ? "" : ", ").append(kind.platform);
  }
  return Error(ErrorCode::show_invalid,
               "chat platform \"" + options.platform + "\" is unknown, there is: " + known);
}

}  // namespace

std::string_view name_of(LinkState state) {
  switch (state) {
    case LinkState::connecting: return "connecting";
    case LinkState::open: return "open";
    case LinkState::useful: return "useful";
    case LinkState::waiting: return "waiting";
  }
  return "unknown";
}

std::vector<std::string_view> platforms() {
  std::vector<std::string_view> out;
  for (const auto& kind : kinds) out.push_back(kind.platform);
  return out;
}

Result<std::unique_ptr<ChatSource>> make_source(const SourceOptions& options,
                                                SourceContext context) {
  XB_TRY_ASSIGN(const auto* kind, kind_for(options));
  return kind->make(options, std::move(context));
}

Status check_source(const SourceOptions& options) {
  XB_TRY_ASSIGN(const auto* kind, kind_for(options));
  return kind->check(options);
}

}  // namespace xb::chat
