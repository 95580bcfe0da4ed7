// One address for each network this computer is in.
// SPDX-License-Identifier: Apache-2.0
#include "studio/doorway.h"

#include "capture/listen.h"

namespace xb::studio {

OrderedJson doorway_of(const capture::SourceSpec& source, std::optional<int> port,
                       const std::vector<std::string>& hosts) {
  if (source.scheme != "listen" || !port) return nullptr;
  const auto place = capture::listen_place(source);
  if (!place) return nullptr;
  OrderedJson addresses = OrderedJson::array();
  for (const auto& host : hosts.empty() ? std::vector<std::string>{"127.0.0.1"} : hosts) {
    const auto at = capture::listen_address(place->protocol, host, *port, source.secret);
    addresses.push_back({{"whole", at.whole}, {"server", at.server}});
  }
  return {{"protocol", place->protocol == capture::ListenProtocol::srt ? "srt" : "rtmp"},
          {"port", *port},
          {"key", source.secret.reveal()},
          {"addresses", std::move(addresses)},
          {"is_reachable", !hosts.empty()}};
}

}  // namespace xb::studio
