// The thread faces: wait for the next look, ask for a picture, look, publish.
// SPDX-License-Identifier: Apache-2.0
#include "vision/face_finder.h"

#include <utility>
#include <vector>

#include "vision/face_list.h"

namespace xb::vision {
namespace {

constexpr Duration between_looks = from_ms(500);
constexpr const char* component = "vision.faces";

}  // namespace

FaceFinder::FaceFinder(Mailbox<media::Frame>& frames, Snapshot<Faces>& faces, Clock& clock,
                       Health& health, std::span<const std::filesystem::path> folders) {
  worker_ =
      Worker("faces", health,
             [&, this, kept = std::vector(folders.begin(), folders.end())](std::stop_token stop) {
               lower_this_thread();
               auto search = FaceSearch::open(kept);
               if (!search)
                 return health.set(component, Condition::failed, std::move(search).error());
               run(frames, faces, clock, health, std::move(*search), stop);
             });
}

void FaceFinder::run(Mailbox<media::Frame>& frames, Snapshot<Faces>& faces, Clock& clock,
                     Health& health, FaceSearch search, std::stop_token stop) {
  FaceList list;
  for (auto due = clock.now(); clock.wait_until(due, stop) == Waited::reached;
       due = clock.now() + between_looks) {
    if (pace_.load() == Pace::paused) {
      health.set(component, Condition::degraded, Error(ErrorCode::faces_paused));
      list = FaceList();
      search.forget();
      if (faces.read()->is_known) faces.publish(std::make_shared<const Faces>());
      continue;
    }
    is_asking_.store(true);
    auto frame = frames.take(stop);
    if (!frame) return;
    const auto time = frame->time;
    search.take(*frame->picture);
    frame.reset();  // back to its pool before the long part
    const auto found = search.look(list.candidates());
    if (!found) return health.set(component, Condition::failed, found.error());
    health.set(component, Condition::running);
    list.note(time, *found);
    faces.publish(std::make_shared<const Faces>(Faces{time, true, list.steady()}));
  }
}

}  // namespace xb::vision
