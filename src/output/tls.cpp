// OpenSSL over memory.
// SPDX-License-Identifier: Apache-2.0
#include "output/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

namespace xb::output {

struct Tls::Impl {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> session{nullptr, &SSL_free};
  BIO* in = nullptr;   // owned by session
  BIO* out = nullptr;  // owned by session
};

Tls::Tls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::make(const std::string& host, const std::string& ca_file) {
  const auto failed = [](const char* what) { return Error(ErrorCode::output_certificate, what); };
  auto impl = std::make_unique<Impl>();
  impl->context.reset(SSL_CTX_new(TLS_client_method()));
  if (!impl->context) return failed("TLS");
  auto* context = impl->context.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_set_default_verify_paths(context) != 1) return failed("system certificates");
  if (!ca_file.empty() && SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1)
    return Error(ErrorCode::output_certificate, ca_file);
  impl->session.reset(SSL_new(context));
  if (!impl->session) return failed("TLS");
  auto* session = impl->session.get();
  auto* checks = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool is_numeric = X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) == 1;
  if (!is_numeric && (X509_VERIFY_PARAM_set1_host(checks, host.c_str(), host.size()) != 1 ||
                      SSL_set_tlsext_host_name(session, host.c_str()) != 1))
    return failed("host name");
  impl->in = BIO_new(BIO_s_mem());
  impl->out = BIO_new(BIO_s_mem());
  if (impl->in == nullptr || impl->out == nullptr) return failed("TLS");
  SSL_set_bio(session, impl->in, impl->out);
  SSL_set_connect_state(session);
  ERR_clear_error();
  SSL_do_handshake(session);  // writes the first flight
  return std::unique_ptr<Tls>(new Tls(std::move(impl)));
}

Status Tls::add(std::span<const std::uint8_t> cipher, std::vector<std::uint8_t>& plain) {
  auto* session = impl_->session.get();
  ERR_clear_error();
  BIO_write(impl_->in, cipher.data(), static_cast<int>(cipher.size()));
  if (SSL_is_init_finished(session) == 0) {
    const int code = SSL_do_handshake(session);
    if (code != 1 && SSL_get_error(session, code) != SSL_ERROR_WANT_READ) {
      const auto verdict = SSL_get_verify_result(session);
      if (verdict != X509_V_OK)
        return Error(ErrorCode::output_certificate, X509_verify_cert_error_string(verdict));
      return Error(ErrorCode::output_unreachable, "TLS handshake");
    }
    if (code != 1) return ok();
  }
  std::array<std::uint8_t, 4096> buffer{};
  while (true) {
    const int got = SSL_read(session, buffer.data(), static_cast<int>(buffer.size()));
    if (got > 0) {
      plain.insert(plain.end(), buffer.begin(), buffer.begin() + got);
      continue;
    }
    const int why = SSL_get_error(session, got);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN) return ok();
    return Error(ErrorCode::output_unreachable, "TLS");
  }
}

Status Tls::write(std::span<const std::uint8_t> plain) {
  if (plain.empty()) return ok();
  ERR_clear_error();
  // memory takes everything
  if (SSL_write(impl_->session.get(), plain.data(), static_cast<int>(plain.size())) <= 0)
    return Error(ErrorCode::output_unreachable, "TLS");
  return ok();
}

void Tls::take_output(std::vector<std::uint8_t>& out) {
  std::array<std::uint8_t, 4096> buffer{};
  int got = 0;
  while ((got = BIO_read(impl_->out, buffer.data(), static_cast<int>(buffer.size()))) > 0)
    out.insert(out.end(), buffer.begin(), buffer.begin() + got);
}

bool Tls::is_open() const {
  return SSL_is_init_finished(impl_->session.get()) == 1;
}

bool Tls::is_over() const {
  return (SSL_get_shutdown(impl_->session.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

}  // namespace xb::output
