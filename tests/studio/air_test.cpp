// Several strands on air: what happens to one of them is its own affair.
// SPDX-License-Identifier: Apache-2.0
#include "studio/air.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "capture/sync.h"
#include "net/json.h"
#include "output/preview.h"
#include "session/queries.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

enum class Fate : std::uint8_t { well = 1, does_not_open, hangs, in_hardware };

// What becomes of the encoders: by their pictures' shape and their speed, told apart by preset.
class Encoders {
 public:
  explicit Encoders(Fate of_tall) : of_tall_(of_tall) {}

  Result<std::unique_ptr<output::VideoEncoder>> open(const output::EncoderSettings& settings) {
    const bool is_tall = settings.height > settings.width;
    if (is_tall && of_tall_ == Fate::does_not_open)
      return Error(ErrorCode::encoder_failed, "no room for another one");
    XB_TRY_ASSIGN(auto inner, output::VideoEncoder::open(settings));
    return std::unique_ptr<output::VideoEncoder>(std::make_unique<Watched>(
        std::move(inner), *this, is_tall ? of_tall_ : Fate::well, settings.threads == 1));
  }
  // Until this many frames of [video] and of the clean feed are encoded.
  bool await(int frames) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return video_ >= frames && clean_ >= frames; });
  }
  void let_go() {
    std::lock_guard lock(mutex_);
    of_tall_ = Fate::well;
    changed_.notify_all();
  }

 private:
  class Watched final : public output::VideoEncoder {
   public:
    Watched(std::unique_ptr<output::VideoEncoder> inner, Encoders& all, Fate fate, bool is_clean)
        : inner_(std::move(inner)), all_(all), fate_(fate), is_clean_(is_clean) {}
    void begin(FrameNumber first) override { inner_->begin(first); }
    Status encode(const media::Frame& frame, const output::PacketSink& sink) override {
      if (fate_ == Fate::hangs) all_.hang();
      auto done = inner_->encode(frame, sink);
      all_.count(is_clean_);
      return done;
    }
    Status finish(const output::PacketSink& sink) override { return inner_->finish(sink); }
    void force_key_frame() override { inner_->force_key_frame(); }
    void set_bitrate(std::int64_t bits) override { inner_->set_bitrate(bits); }
    const media::StreamParameters& parameters() const override { return inner_->parameters(); }
    const std::string& name() const override {
      return fate_ == Fate::in_hardware ? in_hardware_ : inner_->name();
    }

   private:
    std::unique_ptr<output::VideoEncoder> inner_;
    Encoders& all_;
    const Fate fate_;
    const bool is_clean_;
    const std::string in_hardware_ = "h264_vaapi";
  };
  void hang() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return of_tall_ != Fate::hangs; });
  }
  void count(bool is_clean) {
    std::lock_guard lock(mutex_);
    ++(is_clean ? clean_ : video_);
    changed_.notify_all();
  }

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  Fate of_tall_;
  int video_ = 0;
  int clean_ = 0;
};

Plan plan_of_three() {
  Plan plan;
  plan.show.video.width = 128;
  plan.show.video.height = 72;
  plan.show.canvases = {{"竖屏", 72, 128, 0, Placement::cover, {}}};
  plan.show.publish = {{"tall", "rtmp://127.0.0.1:9/live", true, "竖屏"}};
  plan.show.record.is_clean = true;
  plan.publish = {"tall"};
  plan.secrets.publish.emplace("tall", Secret("key"));
  return plan;
}

// An evening of three strands with a real folder, encoders and recorders.
struct Evening {
  explicit Evening(Fate of_tall)
      : encoders(of_tall), data(std::move(*session::DataFolder::open(temp / "data"))) {
    std::vector<StrandPipe> pipes;
    for (const auto& strand : strands.all) {
      auto& queue = frames.emplace_back(strand.name, output::frame_queue_size, Overflow::refuse);
      pipes.push_back({queue, strand.canvas, strand.dress});
    }
    std::vector<media::Ref<const media::Picture>> holding;
    for (const auto& canvas : strands.canvases) {
      media::PicturePool pool(
          "holding", 1, [&] { return media::Picture(canvas.video.width, canvas.video.height); });
      auto picture = pool.take();
      picture->fill(90, 120, 140);
      holding.emplace_back(std::move(picture));
    }
    program.emplace(ProgramPipes{sync, bitmaps, std::move(pipes), blocks, previewed, preview,
                                 looked_at, nullptr, aired},
                    holding, plan.show.video.rate, start, clock, health);
    auto prepared = Air::prepare(
        {plan, strands, encoder, *program, frames, blocks, qr, key_frames, start, clock, health,
         nullptr, [this](const auto& settings) { return encoders.open(settings); }, &coded});
    XB_CHECK(prepared.has_value());
    air = std::move(*prepared);
    auto session =
        session::Session::open(data, clock, health, {.station = "村", .program_start = start});
    XB_CHECK(session.has_value());
    folder = (*session)->folder();
    air->begin(std::move(*session));
  }
  std::optional<Condition> condition_of(std::string_view component) const {
    for (const auto& one : health.all()) {
      if (one.component == component) return one.condition;
    }
    return std::nullopt;
  }
  // The first frames of the files, by name.
  std::map<std::string, std::int64_t> first_frames() const {
    std::map<std::string, std::int64_t> out;
    const auto entries = session::Reader::open(folder)->last_of(session::EntryKind::file, 100);
    for (const auto& entry : *entries) {
      const auto json = Json::parse(entry.json);
      if (json.contains("first_frame")) out[json["name"]] = json["first_frame"];
    }
    return out;
  }

  test::TempFolder temp;
  SystemClock clock;
  Health health;
  const MonoTime start = clock.now();
  Encoders encoders;
  const Plan plan = plan_of_three();
  const Strands strands = strands_of(plan);
  const std::string encoder = output::software_encoder;
  session::DataFolder data;
  std::filesystem::path folder;
  capture::Sync sync{plan.show.video.rate, nullptr, nullptr};
  Snapshot<overlay::BitmapSet> bitmaps{"bitmaps"};
  std::deque<output::FrameQueue> frames;
  output::BlockQueue blocks{"audio", output::block_queue_size, Overflow::refuse};
  Mailbox<media::Frame> previewed{"preview"};
  output::Preview preview{previewed, clock, health};
  Mailbox<media::Frame> looked_at{"faces"};
  Queue<Aired> aired{"aired", 64, Overflow::refuse};
  Mailbox<vision::KeyFrame> key_frames{"qr"};
  Queue<vision::QrLook> looks{"looks", 8, Overflow::drop_oldest};
  vision::QrWatch qr{key_frames, looks, clock, health};
  media::CodedPipe coded{"packets", 8};
  std::optional<Program> program;
  std::unique_ptr<Air> air;
};

void expect_both_recorded(Evening& evening) {
  const auto state = evening.air->state();
  ASSERT_TRUE(state.recorder && state.clean_recorder);
  EXPECT_EQ(state.recorder->file.filename(), "program-000.mp4");
  EXPECT_EQ(state.clean_recorder->file.filename(), "clean-000.mp4");
  EXPECT_GT(state.recorder->bytes, 0U);
  EXPECT_GT(state.clean_recorder->bytes, 0U);
  EXPECT_EQ(state.recording->dropped + state.clean->dropped, 0U);
  const auto first = evening.air->first_frame().value;
  evening.air->close("command", 5s, std::nullopt);
  const std::map<std::string, std::int64_t> expected{{"clean-000.mp4", first},
                                                     {"program-000.mp4", first}};
  EXPECT_EQ(evening.first_frames(), expected);
}

TEST(Air, goes_on_without_a_strand_whose_encoder_cannot_be_opened) {
  Evening evening(Fate::does_not_open);
  ASSERT_TRUE(evening.encoders.await(20));
  const auto state = evening.air->state();
  ASSERT_EQ(state.outputs.size(), 1U);
  EXPECT_EQ(state.outputs[0].state, output::OutputState::refused);
  EXPECT_EQ(state.outputs[0].error->code(), ErrorCode::encoder_failed);
  ASSERT_EQ(state.strands.size(), 3U);
  EXPECT_EQ(state.strands[1].encoder, "");
  EXPECT_EQ(state.strands[2].encoder, output::software_encoder);
  EXPECT_EQ(evening.condition_of("output.encoder.竖屏"), Condition::failed);
  EXPECT_EQ(evening.condition_of("output.encoder"), Condition::running);
  EXPECT_EQ(evening.program->counters().skipped_by_strand[1], 0U) << "nothing is drawn for it";
  evening.air->stop_outputs();
  expect_both_recorded(evening);
}

TEST(Air, takes_in_packets_while_it_is_on_and_encodes_where_there_are_none) {
  Evening evening(Fate::well);
  EXPECT_TRUE(evening.coded.is_wanted());
  ASSERT_TRUE(evening.encoders.await(5));
  const auto state = evening.air->state();
  EXPECT_EQ(state.clean_made.feeding, output::Feeding::no_packets);
  EXPECT_EQ(state.clean_made.copied, 0U);
  EXPECT_EQ(state.strands[2].encoder, output::software_encoder);
  evening.air->stop_outputs();
  EXPECT_GE(evening.air->state().clean_made.encoded, 5U);
  evening.air.reset();
  EXPECT_FALSE(evening.coded.is_wanted());
}

TEST(Air, eases_what_is_encoded_here_beside_a_strand_in_hardware) {
  Evening evening(Fate::in_hardware);
  ASSERT_TRUE(evening.encoders.await(2));
  auto strand = [&](std::size_t i) { return evening.air->state().strands[i]; };
  EXPECT_EQ(strand(1).encoder, "h264_vaapi");
  const auto late = evening.clock.now() + 5s;
  for (std::uint64_t lost = 0; strand(0).effort == output::Effort::usual; lost += 5) {
    ASSERT_LT(evening.clock.now(), late);
    evening.air->suit_effort(lost);
    evening.clock.wait_until(evening.clock.now() + 50ms, {});
  }
  evening.air->stop_outputs();
}

TEST(Air, goes_on_beside_a_strand_whose_encoder_hangs) {
  Evening evening(Fate::hangs);
  ASSERT_TRUE(evening.encoders.await(20));
  // one in the encoder and a queue full wait, the others are left out
  EXPECT_GT(evening.program->counters().skipped_by_strand[1], 5U);
  evening.encoders.let_go();
  evening.air->stop_outputs();
  expect_both_recorded(evening);
}

}  // namespace
}  // namespace xb::studio
