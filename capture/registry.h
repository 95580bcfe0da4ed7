// The table of kinds of Source: scheme, factory, help.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "capture/source.h"

namespace xb::capture {

using SourceFactory = std::unique_ptr<Source> (*)(const SourceSpec& spec, const SourceSetup& setup);

// `path`: "scheme:REST"; `address`: "scheme://REST", handed on whole.
enum class SpecForm : std::uint8_t { path = 1, address };

struct SourceKind {
  std::string_view scheme;
  SpecForm form;
  bool is_microphone;  // only as a microphone
  SourceFactory make;
  std::string_view help_zh;
  std::string_view help_en;
};

std::span<const SourceKind> source_kinds();

}  // namespace xb::capture
