// getaddrinfo on a thread of its own.
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <utility>

namespace xb::net {
namespace {

std::string look_up(const std::string& name, int flags) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* list = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &wanted, &list) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(list->ai_addr, list->ai_addrlen, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST) != 0)
    return {};
  return text.data();
}

}  // namespace

Resolver::Resolver(Health& health)
    : questions_("net.resolve", 64, Overflow::refuse),
      worker_("resolve", health, [this](std::stop_token stop) {
        while (auto question = questions_.pop(stop)) {
          if (stop.stop_requested()) return;
          question->found(look_up(question->name, AI_ADDRCONFIG));
        }
      }) {
}

bool Resolver::ask(std::string name, Found found) {
  return questions_.push({std::move(name), std::move(found)}) == Pushed::taken;
}

std::string Resolver::without_asking(const std::string& name) {
  if (name == "localhost") return "127.0.0.1";
  return look_up(name, AI_NUMERICHOST);
}

}  // namespace xb::net
