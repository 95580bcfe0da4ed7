// Makes the parts in the order they need each other; members are destroyed in reverse.
// SPDX-License-Identifier: Apache-2.0
#include "studio/live_studio.h"

#include <deque>
#include <utility>

#include "base/log.h"
#include "capture/devices.h"
#include "capture/runner.h"
#include "capture/sync.h"
#include "media/coded.h"
#include "net/outside.h"
#include "output/preview.h"
#include "output/web_video.h"
#include "overlay/painter.h"
#include "overlay/picture_shelf.h"
#include "overlay/qr_picture.h"
#include "studio/audience_hall.h"
#include "studio/desk_watch.h"
#include "studio/doorbell.h"
#include "studio/doorway.h"
#include "studio/floor.h"
#include "studio/hall_loops.h"
#include "studio/live_parts.h"
#include "studio/moderation.h"
#include "studio/music_bed.h"
#include "studio/present.h"
#include "studio/setup_desk.h"
#include "studio/show_json.h"
#include "studio/sources.h"
#include "studio/stage.h"
#include "vision/face_finder.h"
#include "vision/qr_watch.h"

namespace xb::studio {
namespace {

// Sizes and rules of the pipes: architecture.md section 4.
constexpr std::size_t pictures_waiting = capture::picture_queue_size;
constexpr std::size_t sounds_waiting = 64;
// The floor may be away for seconds while a Session begins or ends.
constexpr std::size_t aired_waiting = 512;
constexpr std::size_t looks_painted_waiting = 512;
constexpr std::size_t looks_waiting = 8;
// 4 s at 30 pictures a second: the clean feed has the lowest priority.
constexpr std::size_t coded_waiting = 128;
// The first tick waits until all parts are made; what they take until then is no missed frame.
constexpr Duration settling = std::chrono::milliseconds(150);

class Live final : public LiveStudio, private chat::DeskListener {
 public:
  Live(LiveSettings settings, Strands strands, Stage stage, ChosenSources sources,
       std::shared_ptr<overlay::PictureShelf> pictures, const std::string& encoder,
       const Recall& recalled, const session::DataFolder* data, Clock& clock, Health& health)
      : plan_(std::move(settings.plan)),
        strands_(std::move(strands)),
        clock_(clock),
        health_(health),
        start_(clock.now() + settling),
        pictures_("camera to program", pictures_waiting, Overflow::drop_oldest),
        sounds_("sound to program", sounds_waiting, Overflow::drop_oldest),
        coded_("camera to venc-clean", coded_waiting),
        blocks_("program to aenc", output::block_queue_size, Overflow::refuse),
        music_blocks_("music to aenc", music_waiting, Overflow::refuse),
        sound_(sound_settings(plan_.show), &music_blocks_),
        handover_(settings.handover, plan_.show.video, sound_, clock, health),
        previewed_("program to preview"),
        looked_at_("program to faces"),
        key_frames_("venc to qr"),
        looks_("qr to floor", looks_waiting, Overflow::drop_oldest),
        aired_("program to floor", aired_waiting, Overflow::refuse),
        painted_("paint to floor", looks_painted_waiting, Overflow::refuse),
        values_("values"),
        faces_("faces"),
        scene_("scene"),
        bitmaps_("bitmaps"),
        sync_(plan_.show.video.rate, &pictures_, &sounds_),
        binder_(first_values(plan_.show, recalled.chat.counter), values_),
        preview_(previewed_, clock, health),
        card_places_(stage.artists[strands_.looked_at]->card_places()),
        qr_(key_frames_, looks_, clock, health),
        painter_(
            std::move(stage.artists), values_, scene_, bitmaps_, [this] { return now(); }, health,
            &painted_),
        program_({sync_, bitmaps_, strand_pipes(), blocks_, previewed_, preview_, looked_at_,
                  find_faces(clock, health), aired_, strands_.looked_at, handover_.screens()},
                 stage.holding, plan_.show.video.rate, start_, clock, health),
        picture_source_(sources.picture),
        source_(runner_setup(sources.picture, "cap-0", "capture.camera",
                             sources.sound || sources.is_silent ? nullptr : &sounds_, &pictures_),
                clock, health),
        music_(music_file(plan_.show), sound_, music_blocks_, clock, health),
        doorbell_(plan_.ca_file, clock, health),
        finishing_(data, plan_.show.record.is_finished, clock, health),
        halls_(hall_count(), health, clock),
        loop_("chat", health, clock),
        desk_(loop_, clock, health,
              {recalled.chat, moderation_of(plan_.show.moderation, plan_.assets)}, *this),
        hall_(std::make_shared<AudienceHall>(HallParts{halls_.first(), clock, web_video_, preview_,
                                                       program_, std::move(settings.pages),
                                                       about_of(plan_.show)})),
        audience_(halls_.first(), audience_options(settings.audience, plan_.show.limits)) {
    for (const auto& former : recalled.chat.events)
      if (!former->is_hidden) heard_.add(former->event, former->sender, former->sequence);
    if (sources.sound) {
      mic_ = std::make_unique<capture::Runner>(
          runner_setup(*sources.sound, "mic", "capture.mic", &sounds_, nullptr), clock, health);
    }
    setup_ = std::make_unique<SetupDesk>(ShowEditor(plan_.show.folder, settings.secrets, notes_),
                                         ShowShelf({.shows = plan_.data / "shows",
                                                    .open = plan_.show.folder,
                                                    .given = settings.given,
                                                    .examples = plan_.assets / "shows",
                                                    .secrets = settings.secrets}),
                                         premises_of(plan_), health);
    floor_ = std::make_unique<Floor>(
        FloorParts{plan_,
                   strands_,
                   encoder,
                   data,
                   program_,
                   source_,
                   mic_.get(),
                   binder_,
                   heard_,
                   desk_,
                   control_,
                   audience_.tally(),
                   scene_,
                   aired_,
                   painted_,
                   frames_,
                   blocks_,
                   sound_,
                   music_.has_music(),
                   finishing_,
                   coded_,
                   key_frames_,
                   web_video_,
                   Seen{finder_ ? &*finder_ : nullptr, faces_, qr_, looks_, card_places_},
                   start_,
                   clock,
                   health,
                   notes_,
                   prices(),
                   &handover_},
        recalled, settings.end_after, std::move(settings.stats_line));
    health_.listen([changes = floor_->health_changes()](const ComponentHealth& changed) {
      changes->push(ComponentHealth(changed));
    });
    desk_.serve_feed(audience_, halls_.all());
    hall_->open(audience_);
    watch_ = std::make_unique<ShowWatch>(
        [folder = plan_.show.folder, pictures = std::move(pictures)] {
          return load_show(folder, PictureLook::header, pictures.get());
        },
        [this](ReadShow& read) { return floor_->take_up(read); }, clock, health);
  }

  ~Live() override {
    watch_.reset();
    end("interrupted");
    health_.listen({});
  }

  // One that cannot be added says so and holds up nothing.
  void add_chat_sources() {
    for (const auto& one : plan_.show.chat) {
      if (!one.is_enabled || one.platform == ingest_platform) continue;
      chat::SourceOptions options{.platform = one.platform,
                                  .name = one.name,
                                  .url = one.url,
                                  .api = one.api,
                                  .room = one.room,
                                  .map = one.mapping,
                                  .secrets = {}};
      if (const auto at = plan_.secrets.chat.find(one.name); at != plan_.secrets.chat.end())
        options.secrets = at->second;
      if (auto added = desk_.add_source(std::move(options)); !added) {
        health_.set("chat." + one.name, Condition::failed, std::move(added).error());
      }
    }
  }

  Status listen() override { return audience_.listen(); }
  bool has_ended_by_duration() const override { return floor_->has_ended_by_duration(); }
  void end(std::string_view reason) override { floor_->end_and_stop(reason); }

  void command(Command command, Reply reply) override {
    auto shared = std::make_shared<Reply>(std::move(reply));
    if (floor_->ask({std::move(command), [shared](const Answer& answer) { (*shared)(answer); }}))
      return;
    Answer busy;
    busy.error = Error(ErrorCode::busy, "256 commands wait");
    (*shared)(busy);
  }

  OrderedJson state() const override { return with_audience(floor_->state()); }
  OrderedJson stats() const override { return floor_->stats(); }
  OrderedJson show() const override { return page_of(*floor_->show()); }
  std::optional<std::filesystem::path> product_picture(std::string_view id) const override {
    const auto show = floor_->show();
    for (const auto& one : show->tables->products) {
      if (one.id == id && !one.picture.empty()) return one.picture;
    }
    return std::nullopt;
  }
  std::shared_ptr<void> watch_preview(std::function<void(JsonText)> callback) override {
    return preview_.watch(std::move(callback));
  }
  std::shared_ptr<void> watch_chat(std::function<void(JsonText)> callback) override {
    return desk_.watch(
        [callback = std::move(callback)](const JsonText& items) { callback(items); });
  }
  JsonText recent_chat() const override { return desk_.recent(); }
  void serve_ingest(net::Server& control, net::Loop& web) override {
    chat::Desk::Mappings mappings;
    for (const auto& one : plan_.show.chat) {
      if (!one.is_enabled || one.platform != ingest_platform || one.mapping.empty()) continue;
      // It was judged when the Show was read.
      if (auto mapping = chat::Mapping::parse(one.mapping)) mappings[one.name] = *mapping;
    }
    desk_.serve_ingest(control, web, plan_.secrets.ingest, std::move(mappings));
    control_.publish(control.tally());
  }
  bool show_window() override { return handover_.show_window(); }
  SetupDesk* setup() override { return setup_.get(); }
  Doorbell* doorbell() override { return &doorbell_; }
  Watch serve_watch(net::Loop& web, std::function<int(const net::Request&)> admit) override {
    auto watch = std::make_shared<DeskWatch>(clock_, web_video_, program_, about_of(plan_.show));
    auto route = watch->open(web, std::move(admit));
    return {std::move(route), {watch.get(), [watch](void*) { watch->close(); }}};
  }
  JsonText curve() const override { return floor_->curve(); }
  OrderedJson doorway() const override {
    return doorway_of(picture_source_, source_.stats().listens_at, net::lan_hosts());
  }
  std::string audience_address() const override { return net::to_text(audience_.address()); }
  std::optional<std::string> audience_qr() const override {
    const auto seen = net::seen_from_outside(audience_.address());
    return seen ? overlay::qr_picture("http://" + net::to_text(*seen) + "/") : std::nullopt;
  }
  std::optional<std::string> qr_picture(const std::string& link) const override {
    return overlay::qr_picture(link);
  }

 private:
  SessionTime now() const { return SessionTime(clock_.now() - start_); }

  // Without a second place no card can make room.
  vision::FaceFinder* find_faces(Clock& clock, Health& health) {
    if (!card_places_.second) return nullptr;
    return &finder_.emplace(looked_at_, faces_, clock, health);
  }

  // Makes the queues, one for each strand.
  std::vector<StrandPipe> strand_pipes() {
    std::vector<StrandPipe> out;
    for (const auto& strand : strands_.all) {
      auto name = "program to venc" + (out.empty() ? std::string() : "-" + strand.name);
      auto& frames =
          frames_.emplace_back(std::move(name), output::frame_queue_size, Overflow::refuse);
      out.push_back({frames, strand.canvas, strand.dress});
    }
    return out;
  }

  capture::RunnerSetup runner_setup(const capture::SourceSpec& spec, std::string thread,
                                    std::string component, capture::SoundQueue* sounds,
                                    capture::PictureQueue* pictures) {
    capture::RunnerSetup setup{std::move(thread),
                               std::move(component),
                               spec,
                               canvas_of(plan_.show.video),
                               plan_.show.video.rate,
                               start_,
                               pictures,
                               sounds,
                               plan_.assets};
    if (pictures == nullptr) return setup;
    for (std::size_t i = 1; i < strands_.canvases.size(); ++i)
      setup.further.push_back(canvas_of(strands_.canvases[i].video));
    setup.kept_beyond = most_drawn_on(handover_.screens().size());
    // the clean feed's encoder is given the camera's own: queued, in work, and one to repeat
    if (!strands_.clean) return setup;
    setup.kept_beyond += output::frame_queue_size + 2;
    setup.coded = &coded_;
    return setup;
  }

  // The files are the setup desk's, which outlives the floor.
  std::function<bool(const SetPrice&, const std::string&, std::function<void(const Status&)>)>
  prices() {
    return [desk = setup_.get()](const SetPrice& asked, const std::string& who,
                                 std::function<void(const Status&)> reply) {
      return desk->post([asked, who, reply = std::move(reply)](ShowEditor& editor) {
        reply(editor.set_price(asked.id, asked.old, asked.price, who));
      });
    };
  }

  OrderedJson with_audience(OrderedJson state) const {
    state["audience"] = audience_address();
    state["audience_watching"] = hall_->watching();
    return state;
  }

  void on_counter(const chat::CounterUpdate& update) override { binder_.counter(update, now()); }

  void on_event(const chat::Numbered& event) override {
    binder_.take_off(heard_.add(event.event, event.sender, event.sequence));
    if (auto line = line_of(event.event, event.sender, event.sequence, now()))
      binder_.line(std::move(*line));
  }

  Plan plan_;
  const Strands strands_;
  Clock& clock_;
  Health& health_;
  const MonoTime start_;
  capture::PictureQueue pictures_;
  capture::SoundQueue sounds_;
  std::deque<output::FrameQueue> frames_;  // one for each strand
  media::CodedPipe coded_;
  output::BlockQueue blocks_;
  media::MusicQueue music_blocks_;
  media::SoundDesk sound_;
  Handover handover_;
  Mailbox<media::Frame> previewed_;
  Mailbox<media::Frame> looked_at_;
  Mailbox<vision::KeyFrame> key_frames_;
  Queue<vision::QrLook> looks_;
  Queue<Aired> aired_;
  Queue<overlay::Painted> painted_;
  Snapshot<overlay::LiveValues> values_;
  Snapshot<vision::Faces> faces_;
  Snapshot<overlay::Scene> scene_;
  Snapshot<overlay::BitmapSet> bitmaps_;
  capture::Sync sync_;
  Binder binder_;
  Heard heard_;
  output::Preview preview_;
  output::WebVideo web_video_;
  const overlay::CardPlaces card_places_;
  std::optional<vision::FaceFinder> finder_;  // where a card has a second place
  vision::QrWatch qr_;
  overlay::Painter painter_;
  Program program_;
  const capture::SourceSpec picture_source_;
  capture::Runner source_;
  std::unique_ptr<capture::Runner> mic_;
  MusicBed music_;
  Doorbell doorbell_;
  Finishing finishing_;
  HallLoops halls_;  // told by chat, so they outlive it
  net::Loop loop_;
  chat::Desk desk_;
  std::shared_ptr<AudienceHall> hall_;
  net::Server audience_;
  Snapshot<net::ServerTally> control_{"control tally"};
  EditNotes notes_;
  std::unique_ptr<SetupDesk> setup_;
  std::unique_ptr<Floor> floor_;
  std::unique_ptr<ShowWatch> watch_;
};

}  // namespace

Result<std::unique_ptr<LiveStudio>> LiveStudio::open(LiveSettings settings,
                                                     const session::DataFolder* data, Clock& clock,
                                                     Health& health) {
  const auto& show = settings.plan.show;
  // first: it forks, and of threads only `signals` is there, which waits and holds no lock
  const auto encoder = output::choose_video_encoder(encoder_settings(show.video));
  auto strands = strands_of(settings.plan);
  XB_TRY_ASSIGN(auto sources, choose_sources(settings.plan));
  auto pictures = std::make_shared<overlay::PictureShelf>();
  const auto baseline = show.counter.baseline.value_or(0);
  const auto recalled = data != nullptr ? recall(*data, baseline, clock.wall())
                                        : recall_nothing(baseline, clock.wall());
  const auto values = first_values(show, recalled.chat.counter);
  XB_TRY_ASSIGN(auto stage, set_stage(strands.canvases, show, values, settings.plan.assets.string(),
                                      pictures, health));
  auto live = std::make_unique<Live>(std::move(settings), std::move(strands), std::move(stage),
                                     std::move(sources), std::move(pictures), encoder, recalled,
                                     data, clock, health);
  live->add_chat_sources();
  return std::unique_ptr<LiveStudio>(std::move(live));
}

}  // namespace xb::studio
