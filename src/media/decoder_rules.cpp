// The allow-lists: no playlist format (HLS, DASH, concat, SDP, image sequences) in any of them.
// SPDX-License-Identifier: Apache-2.0
#include "media/decoder_rules.h"

namespace xb::media {
namespace {

// One entry per demuxer: its name as libav spells it, aliases included.
constexpr InputRules file{
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,wav,w64,ogg,mp3,aac,flac,mjpeg,"
    "h264,hevc,aiff,caf,ac3,amr",
    "file", nullptr};
constexpr InputRules device{"v4l2,video4linux2,pulse,alsa,dshow,avfoundation", "", nullptr};
constexpr InputRules rtmp{"flv,live_flv", "rtmp,tcp", "flv"};
constexpr InputRules rtsp{"rtsp", "rtsp,rtp,udp,tcp", "rtsp"};
constexpr InputRules srt{"mpegts", "srt", "mpegts"};
constexpr InputRules tcp{"mpegts", "tcp", "mpegts"};
constexpr InputRules pushed{"flv,live_flv", "", "flv"};

}  // namespace

const char* const decoder_allow_list =
    "h264,hevc,mjpeg,mpeg4,mpeg2video,mpeg1video,vp8,vp9,libdav1d,av1,rawvideo,h263,flv,theora,"
    "prores,dnxhd,ffv1,huffyuv,ffvhuff,png,msmpeg4,msmpeg4v2,wmv2,wmv3,vc1,dvvideo,cinepak,"
    "aac,mp3float,mp3,mp2float,mp2,opus,libopus,vorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
    "libopencore_amrnb,libopencore_amrwb,wmav1,wmav2,speex,libspeex,nellymoser,adpcm_ms,"
    "adpcm_ima_wav,adpcm_ima_qt,adpcm_swf,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw,"
    "pcm_s16le_planar,pcm_bluray";

const InputRules& rules_of(InputKind kind) {
  switch (kind) {
    case InputKind::file: return file;
    case InputKind::device: return device;
    case InputKind::rtmp: return rtmp;
    case InputKind::rtsp: return rtsp;
    case InputKind::srt: return srt;
    case InputKind::tcp: return tcp;
    case InputKind::pushed: return pushed;
  }
  return file;
}

}  // namespace xb::media
