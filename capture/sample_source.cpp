// sample: the built-in village scene, for demonstrations and for a station without a camera.
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "capture/sample_scene.h"
#include "capture/sample_tune.h"
#include "capture/source.h"

namespace xb::capture {
namespace {

class SampleSource final : public Source {
 public:
  explicit SampleSource(const SourceSetup& setup) : setup_(setup) {}

  Status open(std::stop_token) override {
    scenes_.clear();
    if (setup_.wanted != Wanted::sound) {
      for (std::size_t i = 0; i < setup_.canvases(); ++i) {
        XB_TRY_ASSIGN(auto scene, SampleScene::load(setup_.assets / "samples", setup_.on(i).width,
                                                    setup_.on(i).height));
        scenes_.push_back(std::move(scene));
      }
    }
    if (setup_.wanted != Wanted::picture) tune_ = sample_tune();
    frame_ = {};
    block_ = 0;
    return ok();
  }

  Result<Due> next(std::stop_token) override {
    const auto picture = time_of(frame_, setup_.rate).time_since_epoch();
    const auto sound = time_of(SampleCount{block_ * media::Samples::count}).time_since_epoch();
    if (!scenes_.empty() && (tune_.empty() || picture <= sound)) {
      due_ = picture;
      ++frame_.value;
      return Due{Next::picture, picture};
    }
    heard_ = static_cast<std::size_t>(block_ % blocks) * values;
    ++block_;
    return Due{Next::sound, sound};
  }

  Status read_picture(media::Picture& into, std::size_t canvas) override {
    scenes_[canvas]->draw(due_, into);
    return ok();
  }

  std::span<const float> sound() const override { return std::span(tune_).subspan(heard_, values); }

  void close() override {
    scenes_.clear();
    tune_ = {};
  }
  Pace pace() const override { return Pace::paced; }
  bool has_sound() const override { return setup_.wanted != Wanted::picture; }
  std::string about() const override {
    return std::to_string(setup_.canvas.width) + "x" + std::to_string(setup_.canvas.height) +
           " sample scene";
  }

 private:
  static constexpr std::size_t values =
      static_cast<std::size_t>(media::Samples::count) * media::Samples::channels;
  static constexpr std::int64_t blocks = sample_tune_samples / media::Samples::count;

  const SourceSetup setup_;
  std::vector<std::unique_ptr<SampleScene>> scenes_;  // one for each Canvas
  std::vector<float> tune_;
  FrameNumber frame_;
  std::int64_t block_ = 0;
  Duration due_{};
  std::size_t heard_ = 0;
};

}  // namespace

std::unique_ptr<Source> make_sample_source(const SourceSpec&, const SourceSetup& setup) {
  return std::make_unique<SampleSource>(setup);
}

}  // namespace xb::capture
