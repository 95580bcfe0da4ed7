// HTML of chat messages to plain text. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace xb::chat {

// Tags go, the text stays; pictures become their `alt`, paragraphs and line breaks a space,
// entities their character; what stands in <script> and <style> goes. Nothing is ever refused:
// broken markup gives some text. One pass over at most 64 KiB; the result is still text from
// outside (an entity may be any character).
std::string text_of_html(std::string_view html);

}  // namespace xb::chat
