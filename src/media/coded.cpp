// Numbers, losses and parameters of coded pictures.
// SPDX-License-Identifier: Apache-2.0
#include "media/coded.h"

#include <algorithm>
#include <utility>

#include "media/av.h"

extern "C" {
#include <libavcodec/codec_par.h>
}

namespace xb::media {
namespace {

bool is_same(const AVCodecParameters& a, const AVCodecParameters& b) {
  return a.codec_id == b.codec_id && a.width == b.width && a.height == b.height &&
         a.format == b.format &&
         std::equal(a.extradata, a.extradata + a.extradata_size, b.extradata,
                    b.extradata + b.extradata_size);
}

}  // namespace

void CodedPipe::open() {
  queue_.clear();
  has_lost_.store(true);
  is_open_.store(true);
}

void CodedPipe::close() {
  is_open_.store(false);
  queue_.clear();
}

std::uint64_t CodedPipe::push(CodedPicture picture) {
  picture.id = ++last_id_;
  picture.is_after_loss = has_lost_.exchange(false);
  if (queue_.push(std::move(picture)) == Pushed::taken) return last_id_;
  has_lost_.store(true);
  return 0;
}

std::shared_ptr<const AVCodecParametersHolder> CodedPipe::shared(
    std::shared_ptr<const AVCodecParametersHolder> made) {
  if (!codec_ || !is_same(*codec_->parameters, *made->parameters)) codec_ = std::move(made);
  return codec_;
}

}  // namespace xb::media
