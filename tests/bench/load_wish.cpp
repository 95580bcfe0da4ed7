// SPDX-License-Identifier: Apache-2.0
#include "load_wish.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

namespace xb::bench {

Wish wish_of(int argc, char** argv) {
  Wish wish;
  using Take = std::function<void(const std::string&)>;
  const auto text = [](std::string& to) { return Take([&to](const auto& value) { to = value; }); };
  const auto number = [](auto& to) {
    return Take([&to](const auto& value) {
      to = static_cast<std::remove_reference_t<decltype(to)>>(std::stod(value));
    });
  };
  const std::map<std::string, Take> keys = {
      {"sub", text(wish.sub)},
      {"pub", text(wish.pub)},
      {"pub_port", number(wish.pub_port)},
      {"bearer", text(wish.bearer)},
      {"control", text(wish.control)},
      {"control_port", number(wish.control_port)},
      {"clients", number(wish.clients)},
      {"readers", number(wish.readers)},
      {"rate", number(wish.rate)},
      {"burst", number(wish.burst)},
      {"bytes", number(wish.bytes)},
      {"seconds", number(wish.seconds)},
      {"storms", number(wish.storms)},
      {"pid", [&](const auto& value) { wish.pids.push_back(std::stoi(value)); }},
  };
  wish.port = argc > 1 ? std::atoi(argv[1]) : 0;
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    const auto key = keys.find(word.substr(0, equals));
    if (key == keys.end() || equals == word.npos) {
      std::fprintf(stderr, "relay_load: what is %s?\n", word.c_str());
      std::exit(2);
    }
    key->second(word.substr(equals + 1));
  }
  if (wish.pub_port == 0) wish.pub_port = wish.port;
  return wish;
}

}  // namespace xb::bench
