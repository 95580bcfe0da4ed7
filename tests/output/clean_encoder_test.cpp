// A film that is decoded, shown and kept as it is: what is recorded is what was shown, bit by bit.
// SPDX-License-Identifier: Apache-2.0
#include "output/clean_encoder.h"

#include <gtest/gtest.h>

#include <map>

#include "media/convert.h"
#include "media/decoder.h"
#include "media_support.h"
#include "output/recorder.h"
#include "tests/support/media_files.h"

namespace xb::output {
namespace {

using support::ffmpeg;

constexpr int width = 320;
constexpr int height = 180;

// Every picture another one.
std::string counting(double seconds, const std::string& how) {
  return "-f lavfi -i testsrc2=s=320x180:r=30:d=" + std::to_string(seconds) + " " + how;
}

using Sums = std::map<std::int64_t, std::uint64_t>;  // of pictures, by frame

std::uint64_t sum_of(const media::Picture& picture) {
  std::uint64_t sum = 14'695'981'039'346'656'037U;
  for (int plane = 0; plane < 3; ++plane) {
    const auto rows = plane == 0 ? picture.height() : picture.height() / 2;
    const auto columns = plane == 0 ? picture.width() : picture.width() / 2;
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x)
        sum = (sum ^ picture.plane(plane)[y * picture.stride(plane) + x]) * 1'099'511'628'211U;
    }
  }
  return sum;
}

std::unique_ptr<media::Decoder> decoder_of(const std::string& path, Clock& clock,
                                           media::CodedPipe* pipe) {
  media::InputSpec spec;
  spec.url = path;
  spec.coded = pipe;
  spec.wants_audio = false;
  auto opened = media::Decoder::open(spec, clock, {});
  EXPECT_TRUE(opened.has_value());
  return std::move(*opened);
}

// Plays a film through the encoder into a recorder, a frame a picture; `shown(n)` says how often
// picture n is shown.
class Evening {
 public:
  explicit Evening(const std::string& film) : film_(film) {
    encoder_ = make_clean_encoder(std::move(*VideoEncoder::open(testing::small_settings())), pipe,
                                  figures);
    encoder_->begin(FrameNumber{0});
    sound_ = std::move(*AudioEncoder::open(testing::small_settings()));
    RecorderSettings settings;
    settings.least_free = settings.resume_free = 0;
    settings.path_of = [this](int index) {
      return folder.path() / ("clean-00" + std::to_string(index) + ".mp4");
    };
    settings.file_changed = [this](const RecordedFile& file) { files.push_back(file); };
    recorder_ = Recorder::start(std::move(settings), {encoder_->parameters(), sound_->parameters(),
                                                      clock_, health_, [] {}});
    pipe.open();
  }
  void play(const std::function<int(int)>& times) {
    auto decoder = decoder_of(film_, clock_, &pipe);
    media::PicturePool pool("shown", 4, [] { return media::Picture(width, height); });
    media::PictureConverter converter(media::Canvas{width, height, {}});
    for (int n = 0;; ++n) {
      const auto next = decoder->next({});
      ASSERT_TRUE(next.has_value());
      if (next->piece == media::Piece::end) break;
      media::Frame frame;
      auto picture = pool.take();
      ASSERT_TRUE(decoder->read_picture(converter, *picture));
      frame.picture = std::move(picture);
      frame.coded = next->coded;
      for (int i = times(n); i > 0; --i) send(frame);
    }
  }
  // A picture the source did not give.
  void hold() {
    media::PicturePool pool("holding", 1, [] { return media::Picture(width, height); });
    auto picture = pool.take();
    picture->fill(40, 128, 128);
    media::Frame frame;
    frame.picture = std::move(picture);
    send(frame);
  }
  void end() {
    ASSERT_TRUE(encoder_->finish(sink_));
    recorder_->queue().end();
    recorder_->join();
  }
  // Of all files, as a player shows them.
  Sums recorded() {
    Sums out;
    for (std::size_t i = 0; i + 1 < files.size(); i += 2) {
      const auto first = (files[i].begins_us * 30 + 500'000) / 1'000'000;
      const auto decoder = decoder_of(files[i].path.string(), clock_, nullptr);
      media::PictureConverter converter(media::Canvas{width, height, {}});
      media::Picture picture(width, height);
      while (true) {
        const auto next = decoder->next({});
        if (!next || next->piece == media::Piece::end) break;
        EXPECT_TRUE(decoder->read_picture(converter, picture));
        // the newest within half a tick is what a frame shows
        out[first + (next->time.count() * 30 + 500'000'000) / 1'000'000'000] = sum_of(picture);
      }
      EXPECT_EQ(decoder->decode_errors(), 0U);
    }
    return out;
  }
  const std::string& name() const { return encoder_->name(); }

  testing::Folder folder;
  media::CodedPipe pipe{"packets", 64};
  CleanFigures figures;
  Sums shown;  // the frames that first showed a picture
  std::vector<RecordedFile> files;
  std::int64_t frames = 0;

 private:
  void send(media::Frame& frame) {
    frame.number = FrameNumber{frames};
    frame.time = time_of(frame.number, Rate{30, 1});
    if (last_ != frame.picture) shown[frames] = sum_of(*frame.picture);
    last_ = frame.picture;
    ASSERT_TRUE(encoder_->encode(frame, sink_));
    ++frames;
  }
  const std::string film_;
  SystemClock clock_;
  Health health_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::unique_ptr<AudioEncoder> sound_;
  media::Ref<const media::Picture> last_;
  std::unique_ptr<Recorder> recorder_;
  const PacketSink sink_ = [this](media::PacketRef packet) {
    recorder_->queue().push(std::move(packet));
  };
};

TEST(CleanEncoder, keeps_each_frame_bit_by_bit) {
  support::Folder folder;
  for (const auto& [name, how] : {std::pair{"a.mp4", "-c:v libx264 -bf 2 -g 20"},
                                  std::pair{"b.ts", "-c:v libx264 -bf 3 -g 20"},
                                  std::pair{"c.avi", "-c:v mjpeg -pix_fmt yuvj422p"}}) {
    SCOPED_TRACE(name);
    Evening evening(ffmpeg(counting(2, how), folder / name));
    // now and then one is shown for longer, or not at all
    evening.play([](int n) { return n % 7 == 3 ? 3 : n % 5 == 4 ? 0 : 1; });
    EXPECT_EQ(evening.name(), "copy");
    evening.end();
    EXPECT_EQ(evening.recorded(), evening.shown);
    ASSERT_EQ(evening.files.size(), 2U);
    EXPECT_TRUE(evening.files[1].is_as_delivered);
    EXPECT_NEAR(static_cast<double>(evening.files[1].ends_us.value_or(0)),
                static_cast<double>(evening.frames) * 1e6 / 30, 50);
    EXPECT_EQ(evening.figures.copied.load(), 60U);
    EXPECT_EQ(evening.figures.encoded.load(), 0U);
  }
}

TEST(CleanEncoder, encodes_where_nothing_can_be_copied_and_leaves_no_gap) {
  support::Folder folder;
  Evening evening(ffmpeg(counting(1, "-c:v libx264 -bf 2 -g 10"), folder / "a.mp4"));
  for (int i = 0; i < 10; ++i) evening.hold();
  EXPECT_EQ(evening.name(), software_encoder);
  evening.play([](int) { return 1; });
  EXPECT_EQ(evening.name(), "copy");
  for (int i = 0; i < 5; ++i) evening.hold();
  EXPECT_EQ(evening.figures.feeding.load(), Feeding::no_packets);
  evening.end();
  ASSERT_EQ(evening.files.size(), 6U);
  std::int64_t at = 0;
  for (std::size_t i = 0; i < 6; i += 2) {
    EXPECT_EQ(evening.files[i].is_as_delivered, i == 2);
    EXPECT_NEAR(static_cast<double>(evening.files[i].begins_us), static_cast<double>(at), 50);
    at = evening.files[i + 1].ends_us.value_or(-1);
  }
  EXPECT_NEAR(static_cast<double>(at), 1.5e6, 50);
  EXPECT_EQ(evening.figures.encoded.load(), 15U);
  const auto recorded = evening.recorded();
  EXPECT_EQ(recorded.size(), 45U);
  for (std::int64_t n = 10; n < 40; ++n) EXPECT_EQ(recorded.at(n), evening.shown.at(n)) << n;
}

TEST(CleanEncoder, has_nothing_to_copy_of_other_codecs) {
  support::Folder folder;
  Evening evening(ffmpeg(counting(1, "-c:v mpeg4"), folder / "a.mp4"));
  evening.play([](int) { return 1; });
  evening.end();
  EXPECT_EQ(evening.figures.feeding.load(), Feeding::no_packets);
  EXPECT_EQ(evening.figures.encoded.load(), 30U);
  EXPECT_EQ(evening.files.size(), 2U);
  EXPECT_FALSE(evening.files[0].is_as_delivered);
  EXPECT_EQ(evening.recorded().size(), 30U);
}

}  // namespace
}  // namespace xb::output
