// TlsIdentity: the certificate a Server shows, made by this computer for itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xb::net {

// A P-256 key and a certificate signed with it, good for ten years. Nobody vouches for it: people
// compare its fingerprint. Thread: any after it was made.
class TlsIdentity {
 public:
  // Made anew, for these addresses and "localhost". Error: net_failed.
  static Result<std::shared_ptr<const TlsIdentity>> make(const std::vector<std::string>& hosts,
                                                         WallTime now);
  // The one kept in `file` (0600: the key is in it). Where it is missing, cannot be read, ends
  // within a month, has not begun or lacks one of `hosts`, another one takes its place, for the
  // former addresses, too: who moves between two networks keeps one fingerprint. Blocks on the
  // disk. Errors: net_failed, file_unwritable.
  static Result<std::shared_ptr<const TlsIdentity>> kept_in(const std::filesystem::path& file,
                                                            const std::vector<std::string>& hosts,
                                                            WallTime now);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  // SHA-256 of the certificate as browsers show it: "AB:CD:...", 32 pairs.
  const std::string& fingerprint() const { return fingerprint_; }
  // The numeric addresses it was made for.
  const std::vector<std::string>& hosts() const { return hosts_; }

  struct Impl;
  Impl& impl() const { return *impl_; }  // for SocketEnd

 private:
  TlsIdentity(std::unique_ptr<Impl> impl, std::string fingerprint, std::vector<std::string> hosts);
  static Result<std::shared_ptr<const TlsIdentity>> of_text(const std::string& pem);

  const std::unique_ptr<Impl> impl_;
  const std::string fingerprint_;
  const std::vector<std::string> hosts_;
};

}  // namespace xb::net
