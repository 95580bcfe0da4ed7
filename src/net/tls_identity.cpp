// By OpenSSL. SPDX-License-Identifier: Apache-2.0
#include "net/tls_identity.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "net/key_exchange.h"
#include "net/tls_identity_impl.h"

namespace xb::net {
namespace {

constexpr std::size_t most_pem_bytes = 65'536;
constexpr std::size_t most_names = 16;  // addresses of the past go first
constexpr long life_s = 3650L * 24 * 3600;
constexpr long renewed_before_s = 30L * 24 * 3600;
constexpr long clocks_differ_s = 24L * 3600;  // a phone's clock may be behind ours

using Pkey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using X509Ref = std::unique_ptr<X509, void (*)(X509*)>;
using BioRef = std::unique_ptr<BIO, void (*)(BIO*)>;

std::time_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Error tls_failed(const char* what) {
  ERR_clear_error();
  return Error(ErrorCode::net_failed, std::string("TLS: ") + what);
}

bool add_extension(X509& certificate, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
  return extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool is_number(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool describe(X509& certificate, EVP_PKEY& key, const std::vector<std::string>& hosts,
              std::time_t now) {
  const auto serial = random_bytes(16);
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), 16, nullptr), &BN_free);
  if (number == nullptr || BN_clear_bit(number.get(), 127) < 0) return false;
  auto* name = X509_get_subject_name(&certificate);
  const auto add_name = [&](const char* field, const char* text) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text), -1, -1, 0) == 1;
  };
  std::string names = "DNS:localhost";
  for (const auto& host : hosts) names += ",IP:" + host;
  return X509_set_version(&certificate, 2) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr &&
         X509_time_adj_ex(X509_getm_notBefore(&certificate), 0, -clocks_differ_s, &now) !=
             nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(&certificate), 0, life_s, &now) != nullptr &&
         X509_set_pubkey(&certificate, &key) == 1 && add_name("O", "Xiangbo") &&
         add_name("CN", "乡播 Xiangbo") && X509_set_issuer_name(&certificate, name) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, names);
}

std::string text_in(BIO& bio) {
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(&bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

// Key and certificate as one text.
Result<std::string> new_pem(const std::vector<std::string>& hosts, WallTime now) {
  const Pkey key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const X509Ref certificate(X509_new(), &X509_free);
  const BioRef text(BIO_new(BIO_s_secmem()), &BIO_free_all);
  if (key == nullptr || certificate == nullptr || text == nullptr) return tls_failed("memory");
  if (!describe(*certificate, *key, hosts, seconds_of(now)) ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
    return tls_failed("certificate");
  if (PEM_write_bio_PKCS8PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(text.get(), certificate.get()) != 1)
    return tls_failed("PEM");
  return text_in(*text);
}

std::vector<std::string> hosts_of(X509& certificate) {
  std::vector<std::string> out;
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* one = sk_GENERAL_NAME_value(names.get(), i);
    if (one->type != GEN_IPADD) continue;
    const int size = ASN1_STRING_length(one->d.iPAddress);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (size != 4 && size != 16) continue;
    inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(one->d.iPAddress), text.data(),
              text.size());
    out.emplace_back(text.data());
  }
  return out;
}

std::string fingerprint_of(X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  XB_CHECK(X509_digest(&certificate, EVP_sha256(), digest.data(), &size) == 1);
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) out += ':';
    out += digits[digest[i] >> 4U];
    out += digits[digest[i] & 15U];
  }
  return out;
}

// No HTTP/2: it is not read here.
int choose_protocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*mine*/) {
  static constexpr std::string_view own = "\x08http/1.1";
  unsigned char* out = nullptr;
  if (SSL_select_next_proto(&out, size, reinterpret_cast<const unsigned char*>(own.data()),
                            static_cast<unsigned>(own.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = out;
  return SSL_TLSEXT_ERR_OK;
}

bool set_up(SSL_CTX& context, X509& certificate, EVP_PKEY& key) {
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);  // tickets hold nothing here
  SSL_CTX_set_alpn_select_cb(&context, &choose_protocol, nullptr);
  return SSL_CTX_use_certificate(&context, &certificate) == 1 &&
         SSL_CTX_use_PrivateKey(&context, &key) == 1 && SSL_CTX_check_private_key(&context) == 1;
}

// It does not end soon, and was not made by a clock that was wrong.
bool is_good_at(const TlsIdentity& identity, WallTime now) {
  auto begun = seconds_of(now);
  auto limit = begun + renewed_before_s;
  const auto* certificate = SSL_CTX_get0_certificate(identity.impl().context.get());
  return X509_cmp_time(X509_get0_notBefore(certificate), &begun) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &limit) > 0;
}

std::vector<std::string> numbers_of(const std::vector<std::string>& hosts,
                                    const std::vector<std::string>& former) {
  std::vector<std::string> out;
  for (const auto* list : {&hosts, &former})
    for (const auto& host : *list)
      if (out.size() < most_names && is_number(host) &&
          std::find(out.begin(), out.end(), host) == out.end())
        out.push_back(host);
  return out;
}

}  // namespace

TlsIdentity::TlsIdentity(std::unique_ptr<Impl> impl, std::string fingerprint,
                         std::vector<std::string> hosts)
    : impl_(std::move(impl)), fingerprint_(std::move(fingerprint)), hosts_(std::move(hosts)) {
}
TlsIdentity::~TlsIdentity() = default;

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::of_text(const std::string& pem) {
  const auto open = [&] {
    return BioRef(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  };
  const auto no_password = [](char*, int, int, void*) { return -1; };  // never asked for
  const Pkey key(PEM_read_bio_PrivateKey(open().get(), nullptr, no_password, nullptr),
                 &EVP_PKEY_free);
  const X509Ref certificate(PEM_read_bio_X509(open().get(), nullptr, no_password, nullptr),
                            &X509_free);
  if (key == nullptr || certificate == nullptr) return tls_failed("no key or certificate");
  auto impl = std::make_unique<Impl>();
  impl->context.reset(SSL_CTX_new(TLS_server_method()));
  if (impl->context == nullptr || !set_up(*impl->context, *certificate, *key))
    return tls_failed("key and certificate");
  return std::shared_ptr<const TlsIdentity>(
      new TlsIdentity(std::move(impl), fingerprint_of(*certificate), hosts_of(*certificate)));
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::make(const std::vector<std::string>& hosts,
                                                             WallTime now) {
  XB_TRY_ASSIGN(const auto pem, new_pem(numbers_of(hosts, {}), now));
  return of_text(pem);
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::kept_in(
    const std::filesystem::path& file, const std::vector<std::string>& hosts, WallTime now) {
  std::vector<std::string> former;
  const auto text = read_file(file, most_pem_bytes);
  if (text) {
    auto kept = of_text(*text);
    if (kept) {
      former = (*kept)->hosts();
      const auto wanted = numbers_of(hosts, {});
      if (is_good_at(**kept, now) &&
          std::all_of(wanted.begin(), wanted.end(), [&](const auto& host) {
            return std::find(former.begin(), former.end(), host) != former.end();
          }))
        return kept;
    }
    if (!kept) log_warn("net", "{}: {}", file.string(), kept.error().log_line());
  }
  XB_TRY_ASSIGN(const auto pem, new_pem(numbers_of(hosts, former), now));
  XB_TRY(write_file_atomically(file, pem, 0600));
  return of_text(pem);
}

}  // namespace xb::net
