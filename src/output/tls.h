// TLS as a filter of bytes: no socket of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace xb::output {

// A client that verifies the certificate and the name, against the system's authorities and those
// in `ca_file`. Thread: one.
class Tls {
 public:
  static Result<std::unique_ptr<Tls>> make(const std::string& host, const std::string& ca_file);
  ~Tls();
  // Bytes from the network in. Errors: output_certificate, output_unreachable.
  Status add(std::span<const std::uint8_t> cipher, std::vector<std::uint8_t>& plain);
  // Plain bytes in; only after is_open().
  Status write(std::span<const std::uint8_t> plain);
  // Bytes for the network.
  void take_output(std::vector<std::uint8_t>& out);
  bool is_open() const;
  bool is_over() const;  // the other side has said goodbye

 private:
  struct Impl;
  explicit Tls(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::output
