// Taking addresses apart, as libav will.
// SPDX-License-Identifier: Apache-2.0
#include "media/address.h"

#include <array>
#include <string_view>

extern "C" {
#include <libavformat/avformat.h>
}

namespace xb::media {
namespace {

bool is_listening(const InputSpec& spec) {
  const std::string_view url(spec.url);
  const auto query = url.find('?');
  if (query == std::string_view::npos) return false;
  const auto options = url.substr(query);
  if (spec.kind == InputKind::srt) return options.find("mode=listener") != std::string_view::npos;
  return spec.kind == InputKind::tcp && options.find("listen") != std::string_view::npos &&
         options.find("listen=0") == std::string_view::npos;
}

}  // namespace

NetAddress address_of(const InputSpec& spec) {
  NetAddress out;
  if (spec.kind == InputKind::file || spec.kind == InputKind::device ||
      spec.kind == InputKind::pushed)
    return out;
  std::array<char, 256> host{};
  int port = -1;
  av_url_split(nullptr, 0, nullptr, 0, host.data(), static_cast<int>(host.size()), &port, nullptr,
               0, spec.url.c_str());
  out.host = host.data();
  if (port > 0) out.port = port;
  out.is_listening = is_listening(spec);
  return out;
}

}  // namespace xb::media
