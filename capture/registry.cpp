// Every kind of Source there is. To add one: its file, a factory line and a row here.
// SPDX-License-Identifier: Apache-2.0
#include "capture/registry.h"

#include <array>

namespace xb::capture {

std::unique_ptr<Source> make_device_source(const SourceSpec& spec, const SourceSetup& setup);
std::unique_ptr<Source> make_file_source(const SourceSpec& spec, const SourceSetup& setup);
std::unique_ptr<Source> make_listen_source(const SourceSpec& spec, const SourceSetup& setup);
std::unique_ptr<Source> make_sample_source(const SourceSpec& spec, const SourceSetup& setup);
std::unique_ptr<Source> make_stream_source(const SourceSpec& spec, const SourceSetup& setup);
std::unique_ptr<Source> make_test_source(const SourceSpec& spec, const SourceSetup& setup);

namespace {

constexpr auto path = SpecForm::path;
constexpr auto address = SpecForm::address;

constexpr std::array kinds{
    SourceKind{"camera", path, false, make_device_source, "摄像头：camera: 或 camera:名字",
               "a camera: camera: or camera:NAME"},
    SourceKind{"file", path, false, make_file_source,
               "文件：file:路径，循环播放；加 ?loop=0 只播一遍",
               "a file: file:PATH, again and again; with ?loop=0 once"},
    SourceKind{"rtmp", address, false, make_stream_source, "网络流：rtmp://主机/应用/名字",
               "a stream: rtmp://HOST/APP/NAME"},
    SourceKind{"rtsp", address, false, make_stream_source, "网络摄像头：rtsp://主机/路径",
               "a network camera: rtsp://HOST/PATH"},
    SourceKind{"srt", address, false, make_stream_source, "SRT 流：srt://主机:端口",
               "an SRT stream: srt://HOST:PORT"},
    SourceKind{"tcp", address, false, make_stream_source,
               "MPEG-TS 流：tcp://主机:端口，或加 ?listen 等待连入",
               "MPEG-TS: tcp://HOST:PORT, or with ?listen to wait for the sender"},
    SourceKind{"listen", path, false, make_listen_source,
               "手机或另一台电脑推来的画面：listen:rtmp 或 listen:srt，可加端口",
               "what a phone or another computer pushes: listen:rtmp, listen:srt, with :PORT"},
    SourceKind{"test", path, false, make_test_source, "测试图：彩条、时码、每秒闪光和嘀声",
               "test picture: bars, timecode, flash and beep each second"},
    SourceKind{"sample", path, false, make_sample_source, "自带的乡村画面：包饺子的晚上，有声音",
               "the built-in village scene with sound"},
    SourceKind{"pulse", path, true, make_device_source, "话筒（PulseAudio）：pulse:名字",
               "a microphone of PulseAudio: pulse:NAME"},
    SourceKind{"alsa", path, true, make_device_source, "话筒（ALSA）：alsa:名字",
               "a microphone of ALSA: alsa:NAME"},
    SourceKind{"mic", path, true, make_device_source, "话筒：mic: 或话筒的名字",
               "a microphone: mic: or its name"},
};

}  // namespace

std::span<const SourceKind> source_kinds() {
  return kinds;
}

}  // namespace xb::capture
