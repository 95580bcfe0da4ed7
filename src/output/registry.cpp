// One row a protocol.
// SPDX-License-Identifier: Apache-2.0
#include "output/registry.h"

#include <algorithm>
#include <array>

#include "output/publisher.h"

namespace xb::output {

std::unique_ptr<Link> make_rtmp_link(const PushUrl& url, const OutputParts& parts);
std::unique_ptr<Link> make_srt_link(const PushUrl& url, const OutputParts& parts);

std::span<const Protocol> protocols() {
  static constexpr std::array table{
      Protocol{"rtmp", make_rtmp_link, "rtmp://host[:1935]/application"},
      Protocol{"rtmps", make_rtmp_link, "rtmps://host[:443]/application, certificate verified"},
      Protocol{"srt", make_srt_link,
               "srt://host:port[?streamid=...{key}...&passphrase={key}&latency=MICROSECONDS]"},
  };
  return table;
}

Status check_output(const OutputSpec& spec) {
  XB_TRY(parse_push_url(spec.url, spec.key));
  return ok();
}

namespace {

Result<const Protocol*> protocol_of(const PushUrl& url) {
  const auto table = protocols();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const auto& p) { return p.scheme == url.scheme; });
  if (row == table.end()) return Error(ErrorCode::output_unsupported, url.scheme);
  return &*row;
}

}  // namespace

Result<bool> knock(const std::string& url, const std::string& ca_file, Clock& clock, Health& health,
                   const std::stop_token& stop) {
  XB_TRY_ASSIGN(auto parsed, parse_push_url(url, Secret("none")));  // it is shown to nobody
  parsed.ca_file = ca_file;
  XB_TRY_ASSIGN(const auto* protocol, protocol_of(parsed));
  return protocol->make(parsed, OutputParts{{}, {}, clock, health, [] {}})->knock(stop);
}

Result<std::unique_ptr<Output>> start_publication(const OutputSpec& spec,
                                                  const OutputParts& parts) {
  XB_TRY_ASSIGN(auto url, parse_push_url(spec.url, spec.key));
  url.ca_file = spec.ca_file;
  XB_TRY_ASSIGN(const auto* protocol, protocol_of(url));
  return make_publisher(
      spec.name, [make = protocol->make, url](const OutputParts& now) { return make(url, now); },
      parts);
}

}  // namespace xb::output
