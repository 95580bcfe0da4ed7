// Said once, in both languages. SPDX-License-Identifier: Apache-2.0
#include "app/greeting.h"

#include <unistd.h>

#include <iostream>

namespace xb::app {

Greeting::Greeting() : out_(::isatty(STDOUT_FILENO) != 0 ? &std::cout : nullptr) {
}

void Greeting::page(const std::string& address) {
  if (out_ == nullptr) return;
  *out_ << "用浏览器打开这个网址：" << address << "\nOpen this address in a browser: " << address
        << std::endl;
}

void Greeting::push_address(const OrderedJson& doorway) {
  if (has_said_push_address() || !doorway.is_object()) return;
  has_said_push_address_ = true;
  const auto whole = doorway["addresses"][0]["whole"].get<std::string>();
  *out_ << "手机往这里推画面：" << whole << "\nThe phone pushes its picture to: " << whole
        << std::endl;
}

}  // namespace xb::app
