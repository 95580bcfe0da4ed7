// The table itself. A key of show.toml is one row here and one member in show.h.
// SPDX-License-Identifier: Apache-2.0
#include "studio/schema.h"

#include <array>

namespace xb::studio {
namespace {

using enum Need;
using enum Rule;
using enum Effect;

constexpr std::array tables{
    TableRow{"station", false, "台站：谁在直播", "The station: who is live"},
    TableRow{"video", false, "画面：大小、帧率、摄像头怎么放进去",
             "The picture: size, rate, how the camera is placed in it"},
    TableRow{"canvas", true,
             "第二个画面：内容一样，大小和形状不同，例如竖屏平台用的；最多一段 [[canvas]]，帧率同 "
             "[video]；页面上预览的总是 [video] 的画面",
             "A second picture: the same content in another size and shape, such as for a portrait "
             "platform; one [[canvas]] at the most, at the rate of [video]; the page previews the "
             "picture of [video]"},
    TableRow{"source", false, "信号源：摄像头和话筒", "The source: camera and microphone"},
    TableRow{
        "sound", false, "声音：去杂音、压大提小，让音量合适；平常什么都不用改，每一样都能关",
        "The sound: less noise and an even loudness; nothing need be changed, each part can be "
        "left out"},
    TableRow{"music", false, "配乐：一个音乐文件循环放，有人说话时自动变轻",
             "Music: one file again and again, softer while somebody speaks"},
    TableRow{"counter", false, "涨粉计数", "The follower counter"},
    TableRow{"screen", false, "画面上的文字和开关", "Texts and switches of what is on screen"},
    TableRow{"record", false, "录像：录哪个画面，要不要另录一份不带字幕商品的",
             "The recording: which picture, and whether one without overlays is kept beside it"},
    TableRow{"chat", true, "弹幕源，每个平台写一段 [[chat]]",
             "Chat sources, one [[chat]] for each platform"},
    TableRow{"publish", true, "推流平台，每个写一段 [[publish]]；直播码不写在这里，写在密钥文件里",
             "Platforms to publish to, one [[publish]] each; the stream key never stands here but "
             "in the secrets file"},
    TableRow{"moderation", false, "弹幕管理：不上屏的词和刷屏的限度；关注、礼物、付费留言从不限",
             "Moderation of chat: words that are not shown and limits of floods; follows, gifts "
             "and paid messages are never limited"},
    TableRow{"limits", false, "网络连接的上限", "Limits of network connections"},
    TableRow{"phones", false, "手机协助", "Phones that help"},
};

constexpr std::array fields{
    Field{"station", "name", [](const Target& t) -> Slot { return &t.show->station.name; },
          required, 1, 40, "", any, R"("竹园村")", "村名，画面左上角一直显示；8 个字以内最好看",
          "Name of the village, always shown at the top left; looks best up to 8 characters",
          at_once},
    Field{"station", "county", [](const Target& t) -> Slot { return &t.show->station.county; },
          optional, 0, 40, "", any, R"("青溪县")", "县名", "County", at_once},
    Field{"station", "township", [](const Target& t) -> Slot { return &t.show->station.township; },
          optional, 0, 40, "", any, R"("云岭镇")", "乡镇名", "Township", at_once},
    Field{"station", "theme", [](const Target& t) -> Slot { return &t.show->station.theme; },
          optional, 1, 32, "", theme_name, R"("harvest")",
          "配色：red 红色、harvest 丰收、plain 素净，或自己的 themes/名字.toml（见 themes.md）",
          "Colours: red, harvest, plain, or themes/NAME.toml of your own (see themes.md)", at_once},
    Field{"station", "mark", [](const Target& t) -> Slot { return &t.show->station.mark; },
          optional, 0, 255, "", any, R"("pictures/mark.png")",
          "村标，代替配色的图案：正方形、单色、底透明的 PNG，边长 512 最好",
          "The village's mark instead of the theme's motif: a square PNG of one colour on a "
          "transparent ground, best 512 pixels wide",
          at_once},

    Field{"video", "width", [](const Target& t) -> Slot { return &t.show->video.width; }, optional,
          64, 4096, "", even, "1280", "画面宽，像素，要是偶数；横屏 1280 或 1920，竖屏 1080",
          "Width in pixels, even; 1280 or 1920 for landscape, 1080 for portrait"},
    Field{"video", "height", [](const Target& t) -> Slot { return &t.show->video.height; },
          optional, 64, 4096, "", even, "720",
          "画面高，像素，要是偶数；横屏 720 或 1080，竖屏 1920",
          "Height in pixels, even; 720 or 1080 for landscape, 1920 for portrait"},
    Field{"video", "rate", [](const Target& t) -> Slot { return &t.show->video.rate; }, optional, 5,
          60, "", any, "30", R"(每秒帧数：25、30、29.97，或写成 "30000/1001")",
          R"(Frames a second: 25, 30, 29.97, or "30000/1001")"},
    Field{"video", "bitrate_kbps",
          [](const Target& t) -> Slot { return &t.show->video.bitrate_kbps; }, optional, 0, 50'000,
          "", bitrate, "3000", "画面码率，千比特每秒，不低于 100；0 为按画面大小自动定",
          "Bitrate of the picture in kbit/s, at least 100; 0 chooses by the size"},
    Field{"video", "crf", [](const Target& t) -> Slot { return &t.show->video.crf; }, optional, 0,
          40, "", any, "12",
          "固定画质，1（最好）到 40，难的画面多用码率，最多到 bitrate_kbps；0 "
          "为固定码率，推流都用它；写了就由处理器编码",
          "Constant quality from 1 (best) to 40: difficult pictures take more bits, up to "
          "bitrate_kbps; 0 keeps a steady bitrate, as platforms want it; with it the processor "
          "encodes"},
    Field{"video", "placement", [](const Target& t) -> Slot { return &t.show->video.placement; },
          optional, 0, 0, "cover contain crop", any, R"("cover")",
          "摄像头怎么放：cover 铺满（切掉多余的边）、contain 完整（留边）、crop 只用 video.crop "
          "那一块",
          "How the camera is placed: cover (fills, edges cut), contain (whole, with bars), crop "
          "(only the part video.crop names)"},
    Field{"video", "crop", [](const Target& t) -> Slot { return &t.show->video.crop; }, optional, 0,
          100, "", any, "[10, 0, 80, 100]",
          "用摄像头画面的哪一块，百分比：[左, 上, 宽, 高]；placement 是 crop 时才用",
          "The part of the camera picture in percent: [left, top, width, height]; used when "
          "placement is crop"},
    Field{"video", "quiet", [](const Target& t) -> Slot { return &t.show->video.is_quiet; },
          optional, 0, 0, "", any, "false",
          "安静模式：画面上的东西不飞不跳，只淡入淡出；电脑吃力时自动这样",
          "Quiet: nothing flies or jumps on screen, all only fades; happens by itself while the "
          "computer is overloaded"},

    Field{"canvas", "name", [](const Target& t) -> Slot { return &t.canvas->name; }, required, 1,
          40, "", word, R"("竖屏")",
          "画面的名字，不能是 video 或 clean；在 [[publish]] 或 [record] 里用 canvas = "
          "\"名字\" 选它",
          "Name of the picture, not video or clean; a [[publish]] or [record] chooses it with "
          "canvas = \"NAME\""},
    Field{"canvas", "width", [](const Target& t) -> Slot { return &t.canvas->width; }, optional, 64,
          4096, "", even, "1080", "画面宽，像素，要是偶数", "Width in pixels, even"},
    Field{"canvas", "height", [](const Target& t) -> Slot { return &t.canvas->height; }, optional,
          64, 4096, "", even, "1920", "画面高，像素，要是偶数", "Height in pixels, even"},
    Field{"canvas", "bitrate_kbps", [](const Target& t) -> Slot { return &t.canvas->bitrate_kbps; },
          optional, 0, 50'000, "", bitrate, "3000",
          "画面码率，千比特每秒，不低于 100；0 为按画面大小自动定",
          "Bitrate of the picture in kbit/s, at least 100; 0 chooses by the size"},
    Field{"canvas", "placement", [](const Target& t) -> Slot { return &t.canvas->placement; },
          optional, 0, 0, "cover contain crop", any, R"("cover")",
          "摄像头怎么放，同 video.placement；都从摄像头的整个画面里取",
          "How the camera is placed, as video.placement; always out of the camera's whole picture"},
    Field{"canvas", "crop", [](const Target& t) -> Slot { return &t.canvas->crop; }, optional, 0,
          100, "", any, "[34, 0, 32, 100]",
          "用摄像头画面的哪一块，百分比：[左, 上, 宽, 高]；placement 是 crop 时才用",
          "The part of the camera picture in percent: [left, top, width, height]; used when "
          "placement is crop"},

    Field{"source", "from", [](const Target& t) -> Slot { return &t.show->source.from; }, optional,
          1, 2048, "", source_spec, R"("camera:")",
          "信号源：camera:（第一个摄像头）、camera:名字、file:文件、rtmp:// rtsp:// srt:// "
          "tcp:// 地址、listen:rtmp 或 listen:srt（手机推来）、test:（测试画面）、"
          "sample:（自带的乡村画面）",
          "The source: camera: (first found), camera:NAME, file:PATH, an rtmp:// rtsp:// srt:// or "
          "tcp:// address, listen:rtmp or listen:srt (a phone pushes it), test: (test picture), "
          "sample: (the built-in village scene)"},
    Field{"source", "mic", [](const Target& t) -> Slot { return &t.show->source.mic; }, optional, 0,
          1024, "", any, R"("none")",
          "话筒：设备名、file:文件、none（不要声音）；空着就用信号源自己的声音，摄像头配默认话筒",
          "The microphone: a device, file:PATH or none; empty takes the source's own sound, with a "
          "camera the usual microphone"},

    Field{"sound", "highpass", [](const Target& t) -> Slot { return &t.show->sound.has_highpass; },
          optional, 0, 0, "", any, "true", "去掉 80 赫兹以下的风声、脚步声、电流声",
          "Takes away what lies below 80 Hz: wind, steps, hum"},
    Field{"sound", "denoise", [](const Target& t) -> Slot { return &t.show->sound.has_denoise; },
          optional, 0, 0, "", any, "true", "减轻一直有的底噪，例如风扇声；放音乐、唱戏可以关",
          "Lessens steady noise such as a fan's; may be left out for music and opera"},
    Field{"sound", "gate", [](const Target& t) -> Slot { return &t.show->sound.has_gate; },
          optional, 0, 0, "", any, "true", "没人说话时把声音压低一些",
          "Lowers the sound while nobody speaks"},
    Field{"sound", "compressor",
          [](const Target& t) -> Slot { return &t.show->sound.has_compressor; }, optional, 0, 0, "",
          any, "true", "把忽大忽小的声音压平", "Evens out loud and soft"},
    Field{"sound", "limiter", [](const Target& t) -> Slot { return &t.show->sound.has_limiter; },
          optional, 0, 0, "", any, "true", "自动调到 target_lufs 那么响，再大的声音也不破音",
          "Brings the sound to the loudness target_lufs and lets nothing distort"},
    Field{"sound", "target_lufs",
          [](const Target& t) -> Slot { return &t.show->sound.target_lufs; }, optional, -30, -10,
          "", any, "-16", "目标响度，LUFS（EBU R128），手机上看 -16 合适；limiter 关了就不用",
          "Loudness in LUFS (EBU R128); -16 suits phones; not used without the limiter"},

    Field{"music", "file", [](const Target& t) -> Slot { return &t.show->music.file; }, optional, 0,
          255, "", any, R"("music.mp3")",
          "音乐文件，放在方案文件夹里，MP3、M4A、FLAC、WAV、OGG 都行；空着就没有配乐",
          "A music file in the Show's folder: MP3, M4A, FLAC, WAV or OGG; empty: no music"},
    Field{"music", "level_db", [](const Target& t) -> Slot { return &t.show->music.level_db; },
          optional, -40, 0, "", any, "-12", "配乐多响，比原文件低多少分贝",
          "How loud the music is, in decibels below its file"},
    Field{"music", "duck_db", [](const Target& t) -> Slot { return &t.show->music.duck_db; },
          optional, 0, 40, "", any, "12", "有人说话时，配乐再低多少分贝",
          "By how many decibels more the music goes down while somebody speaks"},

    Field{"counter", "baseline", [](const Target& t) -> Slot { return &t.show->counter.baseline; },
          optional, 0, 10'000'000'000, "", any, "1286",
          "第一次开播前已有的粉丝数；以后由账本接着数",
          "Followers before the first Session; the ledger counts on from there"},

    Field{"screen", "chat", [](const Target& t) -> Slot { return &t.show->screen.shows_chat; },
          optional, 0, 0, "", any, "true", "画面里要不要画弹幕；平台自己会显示弹幕就写 false",
          "Whether chat is drawn into the picture; false where the platform draws its own",
          at_once},
    Field{"screen", "notices", [](const Target& t) -> Slot { return &t.show->screen.notices; },
          optional, 0, 20, "", any, R"(["今晚八点，包饺子。"])",
          "通知，一条一句，每条 120 字以内，轮流显示",
          "Notices, one sentence each, up to 120 characters, shown in turn", at_once},
    Field{"screen", "opens_at", [](const Target& t) -> Slot { return &t.show->screen.opens_at; },
          optional, 0, 5, "", clock, R"("19:30")", "开场画面上写的开播时间",
          "When it begins, as the opening slate says", at_once},
    Field{"screen", "away_title",
          [](const Target& t) -> Slot { return &t.show->screen.away_title; }, optional, 0, 12, "",
          any, R"("先喝一口水")", "“暂离”画面上的大字；空着就写“马上回来”",
          "The title of the away slate; empty: the usual one", at_once},
    Field{"screen", "away_minutes",
          [](const Target& t) -> Slot { return &t.show->screen.away_minutes; }, optional, 1, 240,
          "", any, "5", "“暂离”画面上写的分钟数", "Minutes the away slate promises", at_once},

    Field{"record", "canvas", [](const Target& t) -> Slot { return &t.show->record.canvas; },
          optional, 1, 40, "", word, R"("竖屏")", "录哪个画面：video，或 [[canvas]] 的名字",
          "Whose picture is recorded: video, or the name of a [[canvas]]"},
    Field{"record", "clean", [](const Target& t) -> Slot { return &t.show->record.is_clean; },
          optional, 0, 0, "", any, "true",
          "另录一份不带字幕商品的（clean-000.mp4），以后可以用 xiangbo render "
          "重新合成。摄像头、文件或网络流给的是 H.264 或 "
          "MJPEG，就原样存下，几乎不占处理器；别的再编码一次，电脑忙不过来时先丢它的画面。"
          "多占一倍多的磁盘，MJPEG 更多",
          "Keeps a second recording without overlays (clean-000.mp4), to be composed again later "
          "with xiangbo render. What a camera, file or stream gives as H.264 or MJPEG is kept as "
          "it is, at next to no cost for the processor; all else is encoded once more, and loses "
          "frames first when the computer is busy. Takes more than twice the disk, MJPEG more"},

    Field{"record", "split_minutes",
          [](const Target& t) -> Slot { return &t.show->record.split_minutes; }, optional, 0, 1440,
          "", any, "60", "每录多少分钟换一个文件，一帧不丢；0 为不换（每个文件最多 3.9 GB）",
          "A new file after so many minutes, without a lost frame; 0: none (a file has 3.9 GB at "
          "the most)"},
    Field{"record", "split_mb", [](const Target& t) -> Slot { return &t.show->record.split_mb; },
          optional, 0, 3900, "", any, "2000", "每录多少兆字节换一个文件；0 为不换",
          "A new file after so many megabytes; 0: none"},
    Field{"record", "own_quality",
          [](const Target& t) -> Slot { return &t.show->record.own_quality; }, optional, 0, 0,
          "auto always never", any, R"("auto")",
          "网慢、画质调低的时候，录像要不要单独编一份原画质：auto 电脑吃得消才编，always 总是，"
          "never 不要（录像跟着一起低）",
          "While a slow network lowers the stream, the recording is encoded apart at its own "
          "quality: auto where the computer has room for it, always, or never (it is lowered too)"},
    Field{
        "record", "finish", [](const Target& t) -> Slot { return &t.show->record.is_finished; },
        optional, 0, 0, "", any, "true",
        "播完后整理成普通 MP4（带章节，什么播放器、剪辑软件都能用）；整理好之前原文件一直在",
        "Made into plain MP4 files when it is over, with chapters, for any player and editor; the "
        "file as recorded stays until that is done"},

    Field{"chat", "platform", [](const Target& t) -> Slot { return &t.chat->platform; }, required,
          0, 0, "", chat_platform, R"("generic")",
          "平台：bilibili、bilibili_open（B站开放平台）、twitch（聊天）、twitch_"
          "events（关注等）、owncast、"
          "youtube、ssn（Social Stream Ninja）、blivechat、generic（别的程序的 WebSocket，格式见 "
          "wire.md）、"
          "audience（观众端口上我们自己的手机页面）、ingest（本机弹幕入口）；后两个不用写地址",
          "Platform: bilibili, bilibili_open (its open platform), twitch (chat), twitch_events "
          "(follows "
          "and more), owncast, youtube, ssn (Social Stream Ninja), blivechat, generic (another "
          "program's WebSocket, see wire.md), audience (our own page for phones on the audience "
          "port), ingest (the door on this computer); the last two need no url"},
    Field{"chat", "name", [](const Target& t) -> Slot { return &t.chat->name; }, optional, 0, 40,
          "", word, R"("弹幕助手")", "给自己看的名字，不能重复；不写就用平台名",
          "A name for yourself, unique; without it the platform's"},
    Field{
        "chat", "url", [](const Target& t) -> Slot { return &t.chat->url; }, optional, 1, 2048, "",
        chat_url, R"("ws://127.0.0.1:8080/chat")",
        "WebSocket 地址，ws:// 或 wss:// 开头；generic、blivechat 必须写，别的平台不写就用它自己的",
        "Address of the WebSocket, ws:// or wss://; required for generic and blivechat, otherwise "
        "the platform's own"},
    Field{
        "chat", "api", [](const Target& t) -> Slot { return &t.chat->api; }, optional, 1, 2048, "",
        chat_url, R"("https://live.example.org")",
        "网站地址，http:// 或 https:// 开头；owncast 必须写，别的平台不写就用它自己的",
        "Address of the site, http:// or https://; required for owncast, otherwise the platform's "
        "own"},
    Field{"chat", "room", [](const Target& t) -> Slot { return &t.chat->room; }, optional, 1, 64,
          "", word, R"("22625027")",
          "房间：bilibili 房间号、bilibili_open 应用编号、twitch 频道登录名、twitch_events "
          "频道数字编号、youtube 视频编号；口令写在密钥文件的 [chat.\"名字\"] 里",
          "The room: bilibili its number, bilibili_open the app's number, twitch the login name, "
          "twitch_events the channel's number, youtube the video id; tokens stand in the secrets "
          "file under [chat.\"NAME\"]"},
    Field{
        "chat", "map", [](const Target& t) -> Slot { return &t.chat->map; }, optional, 1, 255, "",
        any, R"("chat.json")",
        "对照文件，放在方案文件夹里，说明别的程序的 JSON 怎么读（wire.md 第 9 节）；generic 和 "
        "ingest 可以写",
        "A mapping file in the Show's folder that says how another program's JSON is read (wire.md "
        "9); for generic and ingest"},
    Field{"chat", "enabled", [](const Target& t) -> Slot { return &t.chat->is_enabled; }, optional,
          0, 0, "", any, "true", "要不要连", "Whether it is connected"},

    Field{"publish", "name", [](const Target& t) -> Slot { return &t.publish->name; }, required, 1,
          40, "", word, R"("抖音")", "平台的名字，不能重复；密钥文件里用同一个名字写直播码",
          "Name of the platform, unique; the secrets file holds the key under the same name"},
    Field{"publish", "url", [](const Target& t) -> Slot { return &t.publish->url; }, required, 1,
          2048, "", publish_url, R"("rtmp://push.example.com/live")",
          "推流地址，以 rtmp:// rtmps:// 或 srt:// 开头，不带直播码",
          "Server address beginning with rtmp://, rtmps:// or srt://, without the stream key"},
    Field{"publish", "enabled", [](const Target& t) -> Slot { return &t.publish->is_enabled; },
          optional, 0, 0, "", any, "true", "开播时要不要推到这里",
          "Whether going live publishes here"},
    Field{"publish", "canvas", [](const Target& t) -> Slot { return &t.publish->canvas; }, optional,
          1, 40, "", word, R"("竖屏")", "推哪个画面：video，或 [[canvas]] 的名字",
          "Whose picture it gets: video, or the name of a [[canvas]]"},

    Field{"moderation", "words", [](const Target& t) -> Slot { return &t.show->moderation.words; },
          optional, 0, 100, "", word, R"("words.txt")",
          "自己的词表，方案文件夹里的一个文本文件，一行一个词；有这些词的留言只进账本，不上屏",
          "Your own list of words, a text file in the Show's folder, one word a line; messages "
          "with one of them are kept in the ledger and not shown"},
    Field{"moderation", "common",
          [](const Target& t) -> Slot { return &t.show->moderation.has_common; }, optional, 0, 0,
          "", any, "true", "要不要也用自带的词表（骂人的话和骗子的话术）",
          "Whether the list that comes with the program (abuse and swindle) is used, too"},
    Field{"moderation", "per_user",
          [](const Target& t) -> Slot { return &t.show->moderation.per_user; }, optional, 0, 10'000,
          "", any, "20", "一个人 10 秒里最多几条，多的不要，只计数；0 为不限",
          "Messages of one person in 10 s, more are only counted; 0 sets no limit"},
    Field{"moderation", "repeats",
          [](const Target& t) -> Slot { return &t.show->moderation.repeats; }, optional, 0, 1000,
          "", any, "5", "一个人 10 秒里同一句话最多几次，多的只进账本，不上屏；0 为不限",
          "The same words of one person in 10 s, more are kept in the ledger and not shown; 0 sets "
          "no limit"},
    Field{"moderation", "per_second",
          [](const Target& t) -> Slot { return &t.show->moderation.per_second; }, optional, 0,
          100'000, "", any, "2000",
          "一秒里最多几条留言；过了一半先要还没说过话的人，再多的不要，只计数；0 为不限",
          "Messages in a second; beyond half of it those who have said nothing yet come first, "
          "beyond all of it they are only counted; 0 sets no limit"},

    Field{"limits", "sockets", [](const Target& t) -> Slot { return &t.show->limits.sockets; },
          optional, 8, 100'000, "", any, "600", "最多同时连进来多少个",
          "Connections at one time, in all"},
    Field{"limits", "sockets_per_address",
          [](const Target& t) -> Slot { return &t.show->limits.sockets_per_address; }, optional, 1,
          100'000, "", any, "64", "同一个网络地址最多连进来多少个",
          "Connections at one time from one address"},

    Field{"phones", "encrypted",
          [](const Target& t) -> Slot { return &t.show->phones.is_encrypted; }, optional, 0, 0, "",
          any, "true",
          "手机协助用加密连接：手机浏览器会先提醒“不安全”，和电脑上显示的指纹对一对再继续",
          "Encrypt the connection to phones (https): their browsers warn at first; compare the "
          "fingerprint with the one this computer shows, then go on"},
};

}  // namespace

std::span<const TableRow> schema_tables() {
  return tables;
}

std::span<const Field> schema_fields() {
  return fields;
}

}  // namespace xb::studio
