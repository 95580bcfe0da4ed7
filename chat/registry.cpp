// The table of platforms. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "chat/source.h"

namespace xb::chat {

using Made = std::unique_ptr<ChatSource>;
Made make_audience(const SourceOptions& options, SourceContext context);
Made make_bilibili(const SourceOptions& options, SourceContext context);
Made make_bilibili_open(const SourceOptions& options, SourceContext context);
Made make_blivechat(const SourceOptions& options, SourceContext context);
Made make_generic(const SourceOptions& options, SourceContext context);
Made make_owncast(const SourceOptions& options, SourceContext context);
Made make_ssn(const SourceOptions& options, SourceContext context);
Made make_twitch(const SourceOptions& options, SourceContext context);
Made make_twitch_events(const SourceOptions& options, SourceContext context);
Made make_youtube(const SourceOptions& options, SourceContext context);
Status check_audience(const SourceOptions& options);
Status check_bilibili(const SourceOptions& options);
Status check_bilibili_open(const SourceOptions& options);
Status check_blivechat(const SourceOptions& options);
Status check_generic(const SourceOptions& options);
Status check_owncast(const SourceOptions& options);
Status check_ssn(const SourceOptions& options);
Status check_twitch(const SourceOptions& options);
Status check_twitch_events(const SourceOptions& options);
Status check_youtube(const SourceOptions& options);

namespace {

struct SourceKind {
  std::string_view platform;
  Made (*make)(const SourceOptions&, SourceContext);
  Status (*check)(const SourceOptions&);
};
constexpr std::array kinds{
    SourceKind{"bilibili", make_bilibili, check_bilibili},
    SourceKind{"bilibili_open", make_bilibili_open, check_bilibili_open},
    SourceKind{"twitch", make_twitch, check_twitch},
    SourceKind{"twitch_events", make_twitch_events, check_twitch_events},
    SourceKind{"owncast", make_owncast, check_owncast},
    SourceKind{"youtube", make_youtube, check_youtube},
    SourceKind{"ssn", make_ssn, check_ssn},
    SourceKind{"blivechat", make_blivechat, check_blivechat},
    SourceKind{"generic", make_generic, check_generic},
    SourceKind{"audience", make_audience, check_audience},
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
  XB_TRY(kind->check(options));
  return kind->make(options, std::move(context));
}

Status check_source(const SourceOptions& options) {
  XB_TRY_ASSIGN(const auto* kind, kind_for(options));
  return kind->check(options);
}

}  // namespace xb::chat
