// Inside of TlsIdentity, for the files of this room only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "net/tls_identity.h"

namespace xb::net {

struct TlsIdentity::Impl {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, &SSL_CTX_free};
};

}  // namespace xb::net
