// A control room with its door to the network open (at another loopback address), and phones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "net/json.h"
#include "tests/control/control_test_room.h"
#include "tests/support/pairing_device.h"

namespace xb::control {

class PairedTest : public ControlTest {
 protected:
  struct Phone {
    std::string cookie;  // a header line
    std::string key;
    std::uint64_t device = 0;
    std::uint64_t number = 0;
  };

  // At the computer itself.
  test::RawSocket::Answer post_here(const std::string& path, const std::string& body) const {
    return ask("POST " + path + " HTTP/1.1\r\nHost: " + own_host() +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  Json desk() const { return Json::parse(get("/api/pair/devices").body); }
  Json offer(const std::string& role) {
    const auto answer = post_here("/api/pair/offer", R"({"role":")" + role + R"("})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto out = Json::parse(answer.body);
    const auto address = out.at("addresses").at(0).get<std::string>();
    lan_port = std::stoi(address.substr(address.rfind(':') + 1));
    return out.at("offer");
  }

  std::string lan_host() const { return "127.0.0.2:" + std::to_string(lan_port); }
  std::string lan_origin() const { return "Origin: http://" + lan_host() + "\r\n"; }
  test::RawSocket::Answer ask_lan(const std::string& text) const {
    test::RawSocket socket("127.0.0.2", lan_port);
    socket.send(text);
    return socket.read_answer();
  }
  test::RawSocket::Answer get_lan(const std::string& path, const std::string& more = {}) const {
    return ask_lan("GET " + path + " HTTP/1.1\r\nHost: " + lan_host() + "\r\n" + more + "\r\n");
  }
  // With whatever header lines.
  test::RawSocket::Answer post_lan(const std::string& path, const std::string& body,
                                   const std::string& more) const {
    return ask_lan("POST " + path + " HTTP/1.1\r\nHost: " + lan_host() +
                   "\r\nContent-Type: application/json\r\n" + more +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static std::string proof_of(const Phone& phone, std::uint64_t number, const std::string& path,
                              const std::string& body) {
    return "X-Xiangbo-Counter: " + std::to_string(number) + "\r\nX-Xiangbo-Proof: " +
           net::to_hex(command_proof(phone.key, number, path).add(body).end()) + "\r\n";
  }
  // As the paired page does it.
  test::RawSocket::Answer post_as(Phone& phone, const std::string& path,
                                  const std::string& body) const {
    return post_lan(path, body,
                    lan_origin() + phone.cookie + proof_of(phone, ++phone.number, path, body));
  }
  static std::string claim_text(const test::SaidClaim& said, const char* by = "code") {
    return net::dump(OrderedJson{{"offer", said.claim.offer},
                                 {"by", by},
                                 {"key", net::to_hex(said.claim.key)},
                                 {"proof", net::to_hex(said.claim.proof)},
                                 {"name", said.claim.name}});
  }
  // What a phone does with a word it was told.
  test::SaidClaim claim_with(const std::string& word, const std::string& name) const {
    const auto told = Json::parse(get_lan("/api/pair/offer").body);
    return test::claim_of(told.at("offer").get<std::string>(),
                          net::from_hex(told.at("key").get<std::string>()).value(), word, name);
  }
  Phone pair(const std::string& role, const std::string& name = "小李") {
    const auto offered = offer(role);
    const auto said = claim_with(offered.at("code").get<std::string>(), name);
    const auto answer = post_lan("/api/pair/claim", claim_text(said), lan_origin());
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto set = answer.field("set-cookie");
    return {"Cookie: " + set.substr(0, set.find(';')) + "\r\n", said.key,
            Json::parse(answer.body).at("device").get<std::uint64_t>(), 0};
  }
  test::RawSocket open_lan_ws(const std::string& path, const Phone& phone) const {
    test::RawSocket socket("127.0.0.2", lan_port);
    socket.send(lan_handshake(path, lan_origin() + phone.cookie));
    EXPECT_EQ(socket.read_answer(false).status, 101);
    return socket;
  }
  std::string lan_handshake(const std::string& path, const std::string& more) const {
    auto text = test::handshake(lan_port, path, more);
    const auto at = text.find("127.0.0.1");
    return text.replace(at, 9, "127.0.0.2");
  }
  static int close_code(test::RawSocket& socket) {
    for (;;) {
      const auto frame = socket.read_frame(std::chrono::seconds(1));
      if (frame.opcode == -1 || frame.opcode == 8) return frame.close_code();
    }
  }
  static std::string code_in(const test::RawSocket::Answer& answer) {
    const auto json = net::parse_json(answer.body);
    if (!json || !json->contains("code")) return answer.body;
    EXPECT_FALSE(json->at("zh").get<std::string>().empty());
    EXPECT_FALSE(json->at("en").get<std::string>().empty());
    return json->at("code").get<std::string>();
  }

  int lan_port = 0;
};

}  // namespace xb::control
