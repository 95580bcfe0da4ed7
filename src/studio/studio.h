// Studio: the live graph. Owns all parts and all pipes, starts and stops them in order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/health.h"
#include "base/result.h"
#include "net/json.h"

namespace xb::net {
class Loop;
struct Request;
class Server;
class WebSocketRoute;
}  // namespace xb::net

namespace xb::studio {

class Doorbell;
class SetupDesk;

// One command as a page or a script gives it. The same id has an effect once.
struct Command {
  std::string id;
  std::string name;
  Json args = Json::object();
  std::string who;  // "operator"
};

struct Answer {
  bool is_ok = false;
  std::optional<Error> error;
  std::string note_zh;  // what else happened: "已收起商品：红色字幕和商品不能同屏"
  std::string note_en;
};

class Studio {
 public:
  using Reply = std::function<void(const Answer&)>;
  using JsonText = std::shared_ptr<const std::string>;
  virtual ~Studio() = default;

  // Thread: any. `reply` is called once, on a thread of the studio's; it must not block.
  virtual void command(Command command, Reply reply) = 0;

  // docs/wire.md. Thread: any; costs microseconds.
  virtual OrderedJson state() const = 0;
  virtual OrderedJson stats() const = 0;

  // What the Show brings to the page: {"station":{"name","county","township"},"products":[{"id",
  // "number","name","price","unit","stock":N|null,"picture":"/api/pictures/ID"|null}],"captions":[
  // {"id","year","title","source","kind":"heritage|plain"}],"video":{"width","height"}}. Thread:
  // any.
  virtual OrderedJson show() const = 0;
  // The absolute path of a product's picture; nothing when there is no such product or it has none.
  // Thread: any.
  virtual std::optional<std::filesystem::path> product_picture(std::string_view id) const = 0;

  // Program pictures as JPEG (640 wide), at most 10 a second, made only while someone listens. The
  // callback runs on the preview thread and must not block. Dropping the handle ends it. Thread:
  // any.
  virtual std::shared_ptr<void> watch_preview(std::function<void(JsonText jpeg)> callback) = 0;

  // The last lines, then the numbered events as they are relayed: each call one JSON array text.
  // Runs on the chat thread; must not block.
  virtual std::shared_ptr<void> watch_chat(std::function<void(JsonText events)> callback) = 0;
  // The last chat lines, as one JSON array text, oldest first, for a page that has just opened.
  // Thread: any.
  virtual JsonText recent_chat() const = 0;

  // Adds ws /api/ingest to the control server, which runs on `web`; before it listens.
  virtual void serve_ingest(net::Server& control, net::Loop& web) = 0;

  // ws /api/watch, for every server on `web`; before the first Session begins. It says nothing any
  // more once `held` is dropped. `admit`: 0, or the status of the refusal.
  struct Watch {
    std::shared_ptr<net::WebSocketRoute> route;
    std::shared_ptr<void> held;
  };
  virtual Watch serve_watch(net::Loop& web, std::function<int(const net::Request&)> admit) = 0;

  // How followers and viewers went in this Session: docs/wire.md 8. Thread: any.
  virtual JsonText curve() const = 0;

  // The audience's address in state(), once it listens: "127.0.0.1:7181".
  virtual std::string audience_address() const = 0;
  // Where a phone pushes its picture to (studio/doorway.h); null where it does not. Has a secret in
  // it. Thread: any.
  virtual OrderedJson doorway() const { return nullptr; }
  // The window of the program that was closed by hand comes back; false: it is there, or there is
  // none. Thread: any.
  virtual bool show_window() { return false; }
  // Where the files of the Show are changed; null where that cannot be. Outlives every page.
  virtual SetupDesk* setup() { return nullptr; }
  // Who tries push addresses; null where that cannot be. Outlives every page.
  virtual Doorbell* doorbell() { return nullptr; }
  // A QR code of that address as an SVG picture, for phones; nothing while only this computer can
  // reach it.
  virtual std::optional<std::string> audience_qr() const = 0;
  // Any link as a QR code, an SVG picture; nothing when it is too long. Thread: any.
  virtual std::optional<std::string> qr_picture(const std::string& link) const = 0;
};

}  // namespace xb::studio
