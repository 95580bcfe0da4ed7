// A link as a QR code for a page. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace xb::overlay {

// SVG, black on white with the quiet zone around. Nothing when no code can hold the link.
std::optional<std::string> qr_picture(const std::string& link);

}  // namespace xb::overlay
