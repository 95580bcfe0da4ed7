// The generic source: a WebSocket of another program, either in our own form (docs/wire.md 1) or in
// any JSON a mapping file explains (docs/wire.md 9). SPDX-License-Identifier: Apache-2.0
#include "chat/mapping.h"
#include "chat/platform_source.h"

namespace xb::chat {
namespace {

// One ChatEvent or an array of them.
Reading read_events(std::string_view message) {
  Reading out;
  const net::JsonLimits limits;
  if (message.size() > limits.bytes) {
    out.refuse(Error(ErrorCode::event_too_large, std::to_string(message.size()) + " bytes"));
    return out;
  }
  const auto json = net::parse_json(message, limits);
  if (!json) {
    out.refuse(json.error());
    return out;
  }
  const auto take = [&](const Json& one) {
    auto event = event_of(one);
    if (event)
      out.events.push_back(std::move(*event));
    else
      out.refuse(std::move(event).error());
  };
  if (!json->is_array()) {
    take(*json);
    return out;
  }
  for (const auto& one : *json) take(one);
  return out;
}

class Generic final : public PlatformSource {
 public:
  Generic(const SourceOptions& options, SourceContext context,
          std::shared_ptr<const Mapping> mapping, std::optional<Error> wrong)
      : PlatformSource(options, std::move(context)),
        mapping_(std::move(mapping)),
        wrong_(std::move(wrong)),
        token_(options.secret("token")) {}

 private:
  void begin() override {
    if (wrong_) return lost(*wrong_, std::chrono::seconds(60));
    Headers headers;
    if (!token_.empty()) headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    open_socket(options().url, std::move(headers));
  }
  void opened() override {
    ready();
    if (mapping_ && !mapping_->hello().empty()) send_text(mapping_->hello());
  }
  void received(std::string_view message, bool is_text) override {
    if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
    take(mapping_ ? mapping_->read(message) : read_events(message));
  }

  const std::shared_ptr<const Mapping> mapping_;
  const std::optional<Error> wrong_;  // with the mapping file
  const Secret token_;
};

}  // namespace

Status check_generic(const SourceOptions& options) {
  using Need = SourceNeeds::Need;
  XB_TRY(check_needs(
      options,
      {.url = Need::required, .api = Need::none, .room = Need::none, .map = Need::optional}));
  return ok();
}
std::unique_ptr<ChatSource> make_generic(const SourceOptions& options, SourceContext context) {
  std::shared_ptr<const Mapping> mapping;
  std::optional<Error> wrong;
  if (!options.map.empty()) {
    auto parsed = Mapping::parse(options.map);
    if (parsed)
      mapping = std::move(*parsed);
    else
      wrong = std::move(parsed).error();
  }
  return std::make_unique<Generic>(options, std::move(context), std::move(mapping),
                                   std::move(wrong));
}

}  // namespace xb::chat
