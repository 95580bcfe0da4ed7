// How an error is said: to people, to the log, and at the end of a broken program.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/outlet.h"

namespace xb {
namespace {

// What the system and FFmpeg say, in words that the reader knows. Details are made where both
// languages are still to come.
constexpr std::array<std::pair<std::string_view, std::string_view>, 29> system_words{{
    {"Connection refused", "对方没有在接收"},
    {"Connection reset by peer", "对方断开了"},
    {"Broken pipe", "对方断开了"},
    {"Connection timed out", "等太久没有回应"},
    {"Network is unreachable", "网络不通"},
    {"No route to host", "找不到那台电脑"},
    {"Name or service not known", "没有这个网址"},
    {"Temporary failure in name resolution", "现在查不到这个网址"},
    {"Address already in use", "端口被别的程序占着"},
    {"Device or resource busy", "被别的程序占着"},
    {"No such file or directory", "没有这个文件或文件夹"},
    {"No such device or address", "没有这个设备"},
    {"No such device", "没有这个设备"},
    {"Cannot allocate memory", "内存不够"},
    {"Invalid argument", "参数不对"},
    {"Resource temporarily unavailable", "暂时不行"},
    {"Permission denied", "没有权限"},
    {"Operation not permitted", "不允许这样做"},
    {"Read-only file system", "这个盘只能读"},
    {"No space left on device", "盘满了"},
    {"not a regular file", "不是普通的文件"},
    {"Is a directory", "这是一个文件夹"},
    {"Not a directory", "这不是文件夹"},
    {"Input/output error", "读写出错"},
    {"Invalid data found when processing input", "里面的内容读不懂"},
    {"End of file", "内容到头了"},
    {"database or disk is full", "盘满了"},
    {"database is locked", "被别的程序锁住了"},
    {"disk I/O error", "读写出错"},
}};

std::string in_chinese(std::string detail) {
  for (const auto& [english, chinese] : system_words) {
    if (const auto at = detail.find(english); at != detail.npos)
      detail.replace(at, english.size(), chinese);
  }
  return detail;
}

std::string sentence(std::string_view what, const std::string& detail, std::string_view advice,
                     std::string_view open, std::string_view close, std::string_view stop) {
  std::string out(what);
  if (!detail.empty()) out.append(open).append(detail).append(close);
  return out.append(stop).append(advice);
}

}  // namespace

Error Error::during(std::string doing) && {
  context_.push_back(std::move(doing));
  return std::move(*this);
}

std::string Error::zh() const {
  const auto& t = text_of(code_);
  return sentence(t.zh, in_chinese(detail_zh()), t.zh_advice, "（", "）", "：");
}

std::string Error::en() const {
  const auto& t = text_of(code_);
  return sentence(t.en, detail_, t.en_advice, " (", ")", ". ");
}

std::string Error::log_line() const {
  std::string out(name());
  for (auto it = context_.rbegin(); it != context_.rend(); ++it) out.append(": ").append(*it);
  if (!detail_.empty()) out.append(": ").append(detail_);
  return out;
}

void check_failed(const char* condition, const char* file, int line) {
  // not through the log, which may be what is broken; and a reader that stands still may not keep
  // a broken process alive
  const auto text = fmt::format("xiangbo: broken invariant {} at {}:{}\n", condition, file, line);
  std::string_view rest = text;
  static_cast<void>(Outlet::standard_error().write(rest, std::chrono::milliseconds(200)));
  std::abort();
}

}  // namespace xb
