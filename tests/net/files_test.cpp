// Static files: types, validators, ranges, and that nothing outside the folder is ever served.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using test::RawSocket;
using testing::HasSubstr;
using testing::Not;

class Files : public NetTest {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "xb-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    write("secret.txt", "SECRET");
    write("web-secret/x.txt", "SECRET");
    write("web/index.html", "<!doctype html>");
    write("web/app.js", "0123456789");
    write("web/assets/font.woff2", "font");
    write("web/.hidden", "SECRET");
    write("web/a b.txt", "space");
    write("web/big.png", std::string(3'000'000, 'b'));
    std::filesystem::create_symlink(folder / "secret.txt", folder / "web/link.txt");
    std::filesystem::create_directory_symlink(folder, folder / "web/out");
    ASSERT_EQ(mkfifo((folder / "web/pipe.txt").c_str(), 0600), 0);
    start();
  }
  void TearDown() override {
    server.reset();
    std::filesystem::remove_all(folder);
  }
  void set_up_more() override {
    server->files("/", (folder / "web").string());
    // a handler that answers with a file: of its own choice, never outside the folder
    server->get_below("/given/", [this](const Request& request, const ResponderRef& to) {
      Response out;
      out.below = (folder / "web").string();
      out.file = request.path.substr(7);
      to->respond(std::move(out));
    });
    server->post_below("/given/", [](const Request& request, const ResponderRef& to) {
      to->respond(json_response(200, request.path));
    });
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  std::filesystem::path folder;
};

TEST_F(Files, serves_the_index_and_types) {
  const auto index = ask(request("GET /"));
  EXPECT_EQ(index.body, "<!doctype html>");
  EXPECT_EQ(index.field("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(ask(request("GET /app.js")).field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ask(request("GET /assets/font.woff2")).field("content-type"), "font/woff2");
  EXPECT_EQ(ask(request("GET /a%20b.txt")).body, "space");
  EXPECT_EQ(ask(request("GET /big.png")).body.size(), 3'000'000U);
  EXPECT_EQ(ask(request("HEAD /app.js")).field("content-length"), "10");
  EXPECT_EQ(status_of(request("GET /assets")), 404);
  EXPECT_EQ(status_of(request("GET /pipe.txt")), 404);
  EXPECT_EQ(ask(request("GET /none", "Accept: text/html\r\n")).field("content-type"),
            "text/html; charset=utf-8");
  EXPECT_EQ(status_of(request("POST /app.js", "Content-Length: 0\r\n")), 405);
}

TEST_F(Files, a_handler_gives_parts_of_files_and_nothing_outside_its_folder) {
  EXPECT_EQ(ask(request("GET /given/app.js")).body, "0123456789");
  const auto part = ask(request("GET /given/app.js", "Range: bytes=2-4\r\n"));
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(status_of(request("GET /given/app.js", "Range: bytes=10-\r\n")), 416);
  const auto etag = part.field("etag");
  EXPECT_EQ(status_of(request("GET /given/app.js", "If-None-Match: " + etag + "\r\n")), 304);
  EXPECT_EQ(ask(request("HEAD /given/app.js")).field("content-length"), "10");
  for (const auto* name : {"link.txt", ".hidden", "out/secret.txt", "", "none"})
    EXPECT_EQ(status_of(request(std::string("GET /given/") + name)), *name == '\0' ? 200 : 404)
        << name;
  EXPECT_EQ(ask(request("POST /given/a/b", "Content-Length: 0\r\n")).body, "/given/a/b");
}

TEST_F(Files, answers_304_to_who_has_it) {
  const auto first = ask(request("GET /app.js"));
  const auto etag = first.field("etag");
  ASSERT_FALSE(etag.empty());
  const auto again = ask(request("GET /app.js", "If-None-Match: " + etag + "\r\n"));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  write("web/app.js", "changed!!!!");
  EXPECT_EQ(status_of(request("GET /app.js", "If-None-Match: " + etag + "\r\n")), 200);
}

TEST_F(Files, answers_byte_ranges) {
  const auto range = [&](const std::string& what, const std::string& more = {}) {
    return ask(request("GET /app.js", "Range: " + what + "\r\n" + more));
  };
  EXPECT_EQ(range("bytes=2-4").body, "234");
  EXPECT_EQ(range("bytes=2-4").status, 206);
  EXPECT_EQ(range("bytes=2-4").field("content-range"), "bytes 2-4/10");
  EXPECT_EQ(range("bytes=7-").body, "789");
  EXPECT_EQ(range("bytes=-3").body, "789");
  EXPECT_EQ(range("bytes=-30").body, "0123456789");
  EXPECT_EQ(range("bytes=5-500").body, "56789");
  EXPECT_EQ(range("bytes=10-").status, 416);
  EXPECT_EQ(range("bytes=-0").status, 416);
  EXPECT_EQ(range("bytes=10-12").field("content-range"), "bytes */10");
  for (const std::string& odd :
       std::vector<std::string>{"bytes=4-2", "bytes=a-b", "bytes=", "lines=1-2", "bytes=0-1,3-4",
                                "bytes=99999999999999999999-"})
    EXPECT_EQ(range(odd).status, 200) << odd;
  EXPECT_EQ(range("bytes=0-1", "If-Range: \"other\"\r\n").status, 200);
}

TEST_F(Files, never_leaves_the_folder) {
  for (const std::string& path : std::vector<std::string>{"/../secret.txt",
                                                          "/..%2fsecret.txt",
                                                          "/%2e%2e/secret.txt",
                                                          "/%2e%2e%2fsecret.txt",
                                                          "/.%2e/secret.txt",
                                                          "/assets/../../secret.txt",
                                                          "/assets/..%2f..%2fsecret.txt",
                                                          "/..\\secret.txt",
                                                          "/..%5csecret.txt",
                                                          "/%252e%252e/secret.txt",
                                                          "/..%c0%afsecret.txt",
                                                          "/%c0%ae%c0%ae/secret.txt",
                                                          "//etc/passwd",
                                                          "/%2fetc/passwd",
                                                          "/etc/passwd",
                                                          "/link.txt",
                                                          "/out/secret.txt",
                                                          "/out/web/app.js",
                                                          "/.hidden",
                                                          "/./app.js",
                                                          "/app.js%00.txt",
                                                          "/app.js/",
                                                          "/app.js/../../secret.txt",
                                                          "/....//secret.txt",
                                                          "/..;/secret.txt",
                                                          "/%e0%80%ae%e0%80%ae/secret.txt",
                                                          "/../web-secret/x.txt",
                                                          "/assets//font.woff2",
                                                          "/%u002e%u002e/secret.txt",
                                                          "/~root/",
                                                          "/app.js%0d%0aX:y",
                                                          "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r",
                                                          "/%",
                                                          "/%2",
                                                          "/%zz"}) {
    const auto answer = ask(request("GET " + path));
    EXPECT_THAT(answer.status, testing::AnyOf(400, 403, 404)) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("SECRET"))) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << path;
  }
}

}  // namespace
}  // namespace xb::net
