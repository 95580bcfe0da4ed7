// The table of error codes: one row a code, in both languages.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "base/outlet.h"

namespace xb {
namespace {

using enum ErrorCode;
using enum Severity;

constexpr std::array texts{
    ErrorText{internal, "base.internal", failure, "程序内部出错", "请重新打开乡播；录像和账本还在",
              "Internal fault", "Start Xiangbo again; recording and ledger are safe"},
    ErrorText{cancelled, "base.cancelled", note, "操作已取消", "需要时再做一次", "Cancelled",
              "Do it again when you need it"},
    ErrorText{timed_out, "base.timed_out", warning, "等得太久，没有回应",
              "检查网线或设备后再试一次", "No answer in time",
              "Check the cable or the device and try again"},
    ErrorText{usage, "app.usage", failure, "命令写得不对", "运行 xiangbo --help 看用法",
              "Wrong command line", "Run xiangbo --help"},
    ErrorText{file_missing, "file.missing", failure, "找不到文件或文件夹", "检查名字和位置",
              "File or folder not found", "Check its name and place"},
    ErrorText{file_unreadable, "file.unreadable", failure, "文件读不了",
              "检查权限，或换一个完好的文件", "File cannot be read",
              "Check its permissions or use an intact file"},
    ErrorText{file_unwritable, "file.unwritable", failure, "文件或文件夹写不进去",
              "换一个能写的文件夹，或检查权限和空间", "File or folder cannot be written",
              "Choose a writable folder or check permissions and space"},
    ErrorText{file_too_large, "file.too_large", failure, "文件太大", "缩小后再用",
              "File is too large", "Use a smaller one"},
    ErrorText{text_not_utf8, "file.not_utf8", failure, "文字编码不对", "用 UTF-8 重新保存",
              "Text is not UTF-8", "Save it again as UTF-8"},
    ErrorText{json_invalid, "json.invalid", warning, "JSON 格式不对", "按 docs/wire.md 改正",
              "JSON is not as expected", "Correct it after docs/wire.md"},
    ErrorText{show_invalid, "show.invalid", failure, "直播方案有错",
              "按提示的行改好，再运行 xiangbo check", "The Show has mistakes",
              "Correct the lines named, then run xiangbo check"},
    ErrorText{secrets_mode, "secrets.mode", failure, "密钥文件的权限不是 600，或者不是你的",
              "运行 chmod 600 后再试；别人的文件先复制一份",
              "The secrets file has not mode 0600, or is not yours",
              "Run chmod 600 on it and try again; copy somebody else's first"},
    ErrorText{theme_invalid, "overlay.theme", failure, "主题文件有错",
              "改好提示的地方，或改用 red、harvest、plain", "The theme has mistakes",
              "Correct what is named or use red, harvest or plain"},
    ErrorText{picture_invalid, "overlay.picture", warning, "图片用不了",
              "换一张 4096×4096 以内、8 MB 以下的 PNG、JPEG 或 WebP", "Picture cannot be used",
              "Use a PNG, JPEG or WebP up to 4096x4096 and 8 MB"},
    ErrorText{font_missing, "overlay.font", failure, "缺少中文字体", "运行 ./dev run 会自动装好",
              "Chinese fonts are missing", "./dev run installs them"},
    ErrorText{device_missing, "capture.device_missing", failure, "没有找到摄像头或话筒",
              "把线重插一次，再运行 xiangbo devices 看看", "No camera or microphone found",
              "Plug it in again and look at xiangbo devices"},
    ErrorText{device_busy, "capture.device_busy", failure, "设备被其他程序占用",
              "请关闭微信视频等程序后重试", "Device is used by another program",
              "Close the other program and try again"},
    ErrorText{device_denied, "capture.device_denied", failure, "没有权限用这个设备",
              "运行 sudo usermod -aG video,audio 用户名，再重新登录",
              "No permission for the device",
              "Run sudo usermod -aG video,audio USER and log in again"},
    ErrorText{device_refused, "capture.device_refused", failure, "话筒打不开",
              "关掉其他录音的程序，重插一次，或换一个话筒", "The microphone cannot be opened",
              "Close other programs that record, plug it in again, or use another one"},
    ErrorText{sound_denied, "capture.sound_denied", failure, "电脑的声音服务不让乡播用话筒",
              "用登录桌面的那个用户运行乡播", "The sound server does not let us use the microphone",
              "Run Xiangbo as the user who is logged in at the desktop"},
    ErrorText{source_unsupported, "capture.unsupported", failure, "不认识这种信号源",
              "可用 camera: file: test: sample: rtmp:// rtsp:// srt:// tcp://",
              "Unknown kind of source",
              "Use camera: file: test: sample: rtmp:// rtsp:// srt:// tcp://"},
    ErrorText{source_open_failed, "capture.open_failed", failure, "信号源打不开",
              "检查文件、地址或线缆", "Source cannot be opened",
              "Check the file, the address or the cable"},
    ErrorText{source_stalled, "capture.stalled", warning, "信号源停住了", "检查线缆；会自动重连",
              "Source has stalled", "Check the cable; it reconnects by itself"},
    ErrorText{source_ended, "capture.ended", note, "信号源播完了", "换一个文件，或让它循环",
              "Source has ended", "Choose another file or let it loop"},
    ErrorText{source_no_video, "capture.no_video", failure, "信号源里没有画面",
              "换一个有画面的文件或设备", "Source has no picture",
              "Use a file or device with video"},
    ErrorText{source_waiting, "capture.waiting", note, "在等发送端连进来",
              "让发送端连到这台电脑的这个端口", "Waiting for the sender",
              "Let the sender connect to this port of this computer"},
    ErrorText{source_port_taken, "capture.port_taken", failure, "等画面的端口被其他程序占用",
              "关掉另一个程序，或在信号源的地址里换一个端口",
              "The port to wait at is used by another program",
              "Close the other program or put another port into the source's address"},
    ErrorText{source_joining, "capture.joining", note, "已连上，在等第一幅完整的画面",
              "把发送端的关键帧间隔调到 2 秒，会来得更快",
              "Connected, waiting for the first whole picture",
              "It comes sooner with a key frame interval of 2 s at the sender"},
    ErrorText{sound_missing, "capture.no_sound", warning, "10 秒没有声音了",
              "看看话筒的开关、音量和线", "No sound for 10 seconds",
              "Check the microphone's switch, level and cable"},
    ErrorText{media_failed, "media.failed", failure, "音视频处理出错", "换一个文件或设备再试",
              "Media operation failed", "Try another file or device"},
    ErrorText{decode_failed, "media.decode", warning, "画面或声音解不开", "换一个完好的文件",
              "Cannot decode picture or sound", "Use an intact file"},
    ErrorText{encoder_failed, "output.encoder", failure, "编码器打不开",
              "把画面调小，或重新安装 FFmpeg", "Encoder cannot be opened",
              "Use a smaller picture or reinstall FFmpeg"},
    ErrorText{encoder_behind, "output.encoder_behind", warning, "电脑编码跟不上，这一路丢了画面",
              "其他几路不受影响；把这一路的画面调小，或不用它",
              "The computer is too slow for this picture and loses frames of it",
              "The others go on; make this picture smaller or do without it"},
    ErrorText{output_refused, "output.refused", failure, "平台拒绝了直播码",
              "直播码可能过期，请重新复制一次", "The platform refused the stream key",
              "The key may have expired; copy it again"},
    ErrorText{output_unreachable, "output.unreachable", warning, "连不上平台",
              "检查网络；会一直自动重连，不用停播", "The platform cannot be reached",
              "Check the network; it keeps reconnecting, no need to stop"},
    ErrorText{output_stalled, "output.stalled", warning, "网络不通，画面发不出去",
              "检查网络；会自动重连，不用停播", "The network takes no more video",
              "Check the network; it reconnects, no need to stop"},
    ErrorText{output_unsupported, "output.unsupported", failure, "不认识这种推流地址",
              "地址要以 rtmp:// rtmps:// 或 srt:// 开头", "Unknown kind of output address",
              "It must begin with rtmp://, rtmps:// or srt://"},
    ErrorText{output_no_key, "output.no_key", failure, "没有这个平台的直播码",
              "在密钥文件的 [publish] 里写上 名字 = \"直播码\"", "No stream key for this platform",
              "Put NAME = \"key\" under [publish] of the secrets file"},
    ErrorText{output_certificate, "output.certificate", failure, "平台的安全证书不可信",
              "检查地址和电脑的日期", "The platform's certificate is not trusted",
              "Check the address and this computer's date"},
    ErrorText{disk_full, "output.disk_full", failure, "磁盘满了，录像已停",
              "删掉旧的场次，腾出空间会接着录", "Disk is full, the recording stopped",
              "Delete old sessions; it goes on when there is space"},
    ErrorText{disk_slow, "output.disk_slow", failure, "磁盘太慢，录像跟不上", "换一块快的磁盘",
              "The disk is too slow for the recording", "Use a faster disk"},
    ErrorText{disk_failed, "output.disk_failed", failure, "录像写不进磁盘", "检查磁盘和权限",
              "The recording cannot be written", "Check the disk and its permissions"},
    ErrorText{port_taken, "net.port_taken", failure, "端口被其他程序占用",
              "关掉另一个程序，或用 --control / --audience 换一个端口", "The port is taken",
              "Close the other program or choose another port with --control / --audience"},
    ErrorText{address_invalid, "net.address", failure, "地址写得不对",
              "写成 主机:端口，例如 127.0.0.1:7180", "Not an address",
              "Write HOST:PORT, for example 127.0.0.1:7180"},
    ErrorText{not_loopback, "net.not_loopback", failure, "控制台只能开在本机", "用 127.0.0.1",
              "The control room listens on this computer only", "Use 127.0.0.1"},
    ErrorText{net_failed, "net.failed", warning, "网络出错", "检查网络后再试", "Network fault",
              "Check the network and try again"},
    ErrorText{http_refused, "net.refused", warning, "请求被拒绝", "从本机的控制台操作",
              "Request refused", "Use the control room on this computer"},
    ErrorText{redirect_refused, "net.redirect", warning, "对方要把请求转到别的地址，没有照办",
              "检查直播方案里的地址是不是写全了",
              "The server sends us elsewhere, which was not followed",
              "Check whether the address in the Show is complete"},
    ErrorText{answer_too_large, "net.answer_too_large", warning, "对方的回答太大，没有收",
              "检查直播方案里的地址是不是写对了",
              "The server's answer is too large and was not taken",
              "Check the address in the Show"},
    ErrorText{data_in_use, "session.data_in_use", failure, "数据文件夹正被另一个乡播使用",
              "关掉另一个，或用 --data 换一个文件夹", "The data folder is used by another Xiangbo",
              "Close the other one or choose a folder with --data"},
    ErrorText{database_failed, "session.database", failure, "账本写不进去",
              "检查磁盘空间和权限；直播不受影响", "The ledger cannot be written",
              "Check disk space and permissions; the live goes on"},
    ErrorText{database_newer, "session.newer", failure, "账本是更新版本的乡播写的", "请升级乡播",
              "The ledger was written by a newer Xiangbo", "Update Xiangbo"},
    ErrorText{session_failed, "session.failed", failure, "场次文件夹建不起来",
              "检查数据文件夹的空间和权限", "The session folder cannot be made",
              "Check space and permissions of the data folder"},
    ErrorText{event_invalid, "chat.event_invalid", warning, "这条弹幕事件格式不对",
              "按 docs/wire.md 改正后重发", "The event is not valid",
              "Correct it after docs/wire.md and send it again"},
    ErrorText{event_too_large, "chat.event_too_large", warning, "这条消息太大", "每条最多 64 KB",
              "The message is too large", "64 KB each at the most"},
    ErrorText{ingest_closed, "chat.ingest_closed", warning, "弹幕入口没有开",
              "在密钥文件里写 [chat] ingest = \"口令\"", "The ingest is closed",
              "Put [chat] ingest = \"token\" into the secrets file"},
    ErrorText{chat_room_unknown, "chat.room_unknown", warning, "平台上找不到这个直播间",
              "检查 [[chat]] 的 room，照平台网页地址里的写", "The platform knows no such room",
              "Check room of the [[chat]] entry against the address of its page"},
    ErrorText{chat_login_refused, "chat.login_refused", warning, "平台不认这个口令",
              "到平台重新取一次，写进密钥文件后重新打开乡播",
              "The platform does not accept the token",
              "Get a new one from the platform, put it into the secrets file and start again"},
    ErrorText{
        chat_refused, "chat.refused", warning, "平台拒绝了弹幕连接",
        "会自动再试；总是这样就检查 [[chat]] 的 room 和 url",
        "The platform refused the chat connection",
        "It is tried again by itself; if it stays so check room and url of the [[chat]] entry"},
    ErrorText{chat_silent, "chat.silent", warning, "平台没有动静了，正在重新连接",
              "检查网络；涨粉可以先由助手在“涨粉台”补记",
              "The platform has gone silent, connecting again",
              "Check the network; an assistant can note followers by hand meanwhile"},
    ErrorText{chat_over, "chat.over", note, "平台上的这场聊天已经结束", "平台开播后会自动接上",
              "The platform's chat has ended",
              "It is joined again by itself once the platform is live"},
    ErrorText{
        chat_masked, "chat.masked", note, "平台对没有登录的看客隐去了名字",
        "涨粉照样数；要看到名字请用平台的开放接口", "The platform hides names from guests",
        "Followers are counted all the same; for the names use the platform's open interface"},
    ErrorText{chat_no_secret, "chat.no_secret", warning, "密钥文件里缺这个平台的口令",
              "在密钥文件里写一段 [chat.\"名字\"]，见 docs/operations.md",
              "The secrets file lacks this platform's token",
              "Add a part [chat.\"NAME\"] to the secrets file, see docs/operations.md"},
    ErrorText{chat_map_invalid, "chat.map_invalid", failure, "弹幕对照文件写得不对",
              "按 docs/wire.md 第 9 节改正", "The mapping file is wrong",
              "Correct it after docs/wire.md, section 9"},
    ErrorText{not_on_air, "chat.not_on_air", note, "还没有开播，没有记账", "开播后重发",
              "Not on air yet, nothing was kept", "Send it again once live"},
    ErrorText{command_unknown, "control.unknown", warning, "没有这个命令", "看 GET /api/commands",
              "Unknown command", "See GET /api/commands"},
    ErrorText{command_arguments, "control.arguments", warning, "命令的参数不对",
              "看 GET /api/commands 里的说明", "Wrong arguments",
              "See the help in GET /api/commands"},
    ErrorText{row_unknown, "show.row_unknown", warning, "表格里没有这一行",
              "表格可能刚改过：在控制台里重新选一个", "There is no such row in the tables",
              "The tables may just have changed: choose again in the control room"},
    ErrorText{caption_taken_off, "show.caption_taken_off", warning,
              "表格里把这条字幕改成了红色字幕，它和商品不能同屏，已收起", "收起商品，再放这条字幕",
              "In the tables this caption became a heritage one, which never shares a frame with "
              "goods: it was taken off",
              "Take the product off, then show the caption again"},
    ErrorText{message_gone, "chat.message_gone", warning,
              "这条弹幕已经找不到了，只能置顶最近的 1000 条", "选一条新一点的",
              "This message is gone; only the last 1000 can be pinned", "Choose a newer one"},
    ErrorText{chat_closed, "chat.closed", note, "这个方案没有开手机聊天，主播的话没有地方去",
              "在 show.toml 里加一段 [[chat]]，platform 写 audience，再重新打开乡播",
              "The Show has no chat of its own, so a line of the host has nowhere to go",
              "Add a [[chat]] with platform = \"audience\" to show.toml and start Xiangbo again"},
    ErrorText{nothing_to_show, "show.nothing_to_show", note, "没有价格齐全、还有货的商品",
              "在商品表里补上价格和单位，或者改库存",
              "There is no product with a complete price that is in stock",
              "Complete price and unit in the table of products, or correct the stock"},
    ErrorText{nothing_to_undo, "control.nothing_to_undo", note, "没有可以撤销的",
              "30 秒里换过画面才能撤销", "There is nothing to take back",
              "Only changes of the picture of the last 30 s can be taken back"},
    ErrorText{busy, "control.busy", warning, "忙不过来", "稍等一秒再试", "Busy",
              "Try again in a second"},
    ErrorText{denied, "control.denied", warning, "没有权限", "请主播操作", "Not allowed",
              "Ask the operator"},
    ErrorText{heritage_lock, "rules.heritage_lock", note, "红色字幕和商品不能同屏",
              "先收起其中一个", "A heritage caption and a product never share a frame",
              "Hide one of them first"},
    ErrorText{price_incomplete, "rules.price_incomplete", failure, "商品缺名字、单位或价格",
              "在 products.csv 里补上", "The product lacks name, unit or price",
              "Complete it in products.csv"},
    ErrorText{caption_incomplete, "rules.caption_incomplete", failure, "字幕缺来源",
              "在 captions.csv 里写上来源", "The caption has no source",
              "Give its source in captions.csv"},
    ErrorText{database_locked, "session.locked", warning, "账本被其他程序锁住，先记在内存里",
              "关掉正在打开 ledger.db 的程序；六万条以内不会少记",
              "The ledger is locked by another program",
              "Close the program that has ledger.db open; up to 60,000 events are kept meanwhile"},
    ErrorText{database_damaged, "session.damaged", failure, "账本文件损坏，已放到一边",
              "直播照常；原文件留着，可请人修复", "The ledger file is damaged and was kept aside",
              "The live goes on; keep the file, it may be repaired"},
    ErrorText{disk_low, "output.disk_low", warning, "磁盘空间快用完了",
              "删掉旧的场次，或换一块磁盘", "Disk space is running low",
              "Delete old sessions or use another disk"},
    ErrorText{show_not_taken, "show.not_taken", warning, "改过的方案没有换上，画面还是原来的",
              "照提示改好再存盘，会自动换上",
              "The changed Show was not taken up, the picture is as before",
              "Correct what is named and save it: it is taken up by itself"},
    ErrorText{show_row_gone, "show.row_gone", warning, "画面上的这一行，表里已经没有了",
              "收起它就不再有；要留着，把这一行加回表里",
              "What is on screen is no longer in the table",
              "It is gone once it is taken off; to keep it, put the row back"},
    ErrorText{show_needs_restart, "show.needs_restart", note, "有几项改动要重开程序才生效",
              "下播后关掉乡播再打开，或者改回去", "Some changes need a restart of the program",
              "Close Xiangbo after the live and start it again, or change them back"},
    ErrorText{faces_unavailable, "vision.faces", note, "现在不会给人脸让位置",
              "安装 opencv-data 后重新打开乡播；别的都照常", "Cards do not make room for faces",
              "Install opencv-data and open Xiangbo again; all else works"},
    ErrorText{faces_paused, "vision.paused", note, "电脑太忙，先不找人脸",
              "关掉别的程序；闲下来会自己接着找", "The computer is too busy to look for faces",
              "Close other programs; it goes on by itself"},
    ErrorText{qr_unreadable, "vision.qr", warning, "观众扫不出这个二维码，已经收起",
              "把链接改短（26 个字符以内）或把码率调高，再重新开播",
              "Viewers cannot scan this QR code; it was taken off",
              "Shorten the link (26 characters) or raise the bitrate, then go on air again"},
    ErrorText{output_in_use, "output.in_use", warning, "这个直播码正在推流，平台还没放开上一路",
              "刚断过网就等一会，会自动接上；否则看看是不是另一台机器在用它",
              "Something still sends with this stream key",
              "After a broken network it goes on by itself; else see whether another machine uses "
              "the key"},
    ErrorText{ingest_denied, "chat.ingest_denied", warning, "弹幕入口的口令不对",
              "用密钥文件里 [chat] ingest 的口令：Authorization: Bearer 口令",
              "Missing or wrong token of the ingest",
              "Send that of [chat] ingest in the secrets file: Authorization: Bearer TOKEN"},
    ErrorText{chat_lost, "chat.lost", failure, "弹幕太多，有关注没有记上",
              "粉丝数以平台后台为准；关掉占用 ledger.db 的程序，或换快一点的磁盘",
              "Too many events: some that count were not kept",
              "Trust the platform's own number; close what holds ledger.db or use a quicker disk"},
    ErrorText{chat_stale, "chat.stale", warning, "粉丝数可能不是最新的",
              "这个平台一分钟没有消息了：检查它的弹幕连接和网络",
              "The follower total may be behind",
              "This platform was not heard of for a minute: check its connection and the network"},
    ErrorText{
        past_unreadable, "session.past", warning, "上一场的账本读不了，今天的涨粉可能少算",
        "把那一场的文件夹留好，可请人修复；粉丝数以平台后台为准",
        "The ledger of the last Session cannot be read, today's gain may be too small",
        "Keep the folder of that Session, it may be repaired; trust the platform's own number"},
    ErrorText{session_unreadable, "session.unreadable", failure, "这个场次的账本读不了",
              "选带有 ledger.db 的场次文件夹；损坏了就从原来的磁盘再复制一次",
              "The Session's ledger cannot be read",
              "Choose a Session's folder with its ledger.db; copy it again where it is damaged"},
    ErrorText{session_no_paints, "session.no_paints", failure, "账本里没有画面记录，不能重新合成",
              "场次是旧版本录的：用 xiangbo render 方案 --input 视频 --events 事件",
              "The ledger does not hold what the picture showed: it cannot be composed again",
              "An older version made it: use xiangbo render SHOW --input FILE --events FILE"},
    ErrorText{clean_feed_missing, "session.no_clean_feed", failure, "场次里没有干净画面",
              "用 --input 给一个没有图层的视频；下次在方案里写 [record] clean = true",
              "The Session has no clean feed",
              "Name a film without layers with --input; next time [record] clean = true"},
    ErrorText{clean_feed_short, "session.clean_feed_short", warning, "干净画面比录像短",
              "短的部分没有合成；看看那时磁盘是不是满了",
              "The clean feed is shorter than the recording",
              "What it lacks is not composed; see whether the disk was full then"},
    ErrorText{replay_incomplete, "session.replay_incomplete", warning,
              "账本缺了几处，那里的图层可能和直播不一样", "对照录像看看；其余都一样",
              "The ledger lacks something: there the layers may differ from the live",
              "Compare with the recording; all else is the same"},
};

std::string sentence(std::string_view what, const std::string& detail, std::string_view advice,
                     std::string_view open, std::string_view close, std::string_view stop) {
  std::string out(what);
  if (!detail.empty()) out.append(open).append(detail).append(close);
  return out.append(stop).append(advice);
}

}  // namespace

const ErrorText& text_of(ErrorCode code) {
  for (const auto& text : texts) {
    if (text.code == code) return text;
  }
  return texts.front();
}

std::span<const ErrorText> all_error_texts() {
  return texts;
}

Error Error::during(std::string doing) && {
  context_.push_back(std::move(doing));
  return std::move(*this);
}

std::string Error::zh() const {
  const auto& t = text_of(code_);
  return sentence(t.zh, detail_zh(), t.zh_advice, "（", "）", "：");
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
