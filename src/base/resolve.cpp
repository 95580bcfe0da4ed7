// getaddrinfo, asked aside where the C library can do that.
// SPDX-License-Identifier: Apache-2.0
#include "base/resolve.h"

#include <netdb.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace xb {
namespace {

std::vector<SocketAddress> addresses_of(const addrinfo* list) {
  std::vector<SocketAddress> out;
  for (const auto* at = list; at != nullptr && out.size() < 8; at = at->ai_next) {
    SocketAddress address;
    if (at->ai_addrlen > sizeof address.bytes) continue;
    std::memcpy(&address.bytes, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    address.family = at->ai_family;
    out.push_back(address);
  }
  return out;
}

addrinfo hints_for(int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  return hints;
}

// Not under the thread sanitizer: it does not know threads that the C library starts itself, and
// crashes in them.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define XB_PLAIN_LOOKUP
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define XB_PLAIN_LOOKUP
#endif

#if defined(__GLIBC__) && !defined(XB_PLAIN_LOOKUP)
// What the C library's resolver thread works on. It must live until that thread is done, which can
// be long after we stopped waiting.
struct Lookup {
  std::string host;
  std::string service;
  addrinfo hints{};
  gaicb request{};
  std::shared_ptr<Lookup> self;  // given up when done
  ~Lookup() {
    if (request.ar_result != nullptr) ::freeaddrinfo(request.ar_result);
  }
};

void when_done(sigval value) {
  static_cast<Lookup*>(value.sival_ptr)->self.reset();
}

Result<std::vector<SocketAddress>> look_up(const std::string& host, const std::string& service,
                                           Clock& clock, MonoTime deadline,
                                           const std::stop_token& stop, ErrorCode failed) {
  auto lookup = std::make_shared<Lookup>();
  lookup->host = host;
  lookup->service = service;
  lookup->hints = hints_for(AI_ADDRCONFIG);
  lookup->request.ar_name = lookup->host.c_str();
  lookup->request.ar_service = lookup->service.c_str();
  lookup->request.ar_request = &lookup->hints;
  gaicb* list[] = {&lookup->request};
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = when_done;
  event.sigev_value.sival_ptr = lookup.get();
  lookup->self = lookup;
  if (::getaddrinfo_a(GAI_NOWAIT, list, 1, &event) != 0) {
    lookup->self.reset();
    return Error(failed, host);
  }
  while (::gai_error(&lookup->request) == EAI_INPROGRESS) {
    if (stop.stop_requested()) return Error(ErrorCode::cancelled);
    if (clock.now() >= deadline) return Error(failed, host + ": no answer");
    const timespec wait{0, 100'000'000};
    ::gai_suspend(list, 1, &wait);
  }
  if (::gai_error(&lookup->request) != 0) return Error(failed, host);
  return addresses_of(lookup->request.ar_result);
}
#else
Result<std::vector<SocketAddress>> look_up(const std::string& host, const std::string& service,
                                           Clock&, MonoTime, const std::stop_token&,
                                           ErrorCode failed) {
  const auto hints = hints_for(AI_ADDRCONFIG);
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), service.c_str(), &hints, &list) != 0) return Error(failed, host);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
  return addresses_of(list);
}
#endif

}  // namespace

Result<std::vector<SocketAddress>> resolve(const std::string& host, int port, Clock& clock,
                                           MonoTime deadline, const std::stop_token& stop,
                                           ErrorCode failed) {
  const auto service = std::to_string(port);
  const auto hints = hints_for(AI_NUMERICHOST);
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), service.c_str(), &hints, &list) == 0) {
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    return addresses_of(list);
  }
  if (stop.stop_requested()) return Error(ErrorCode::cancelled, host);
  return look_up(host, service, clock, deadline, stop, failed);
}

}  // namespace xb
