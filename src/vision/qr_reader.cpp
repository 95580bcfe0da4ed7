// OpenCV's WeChat reader without its networks: they find codes in a scene and enlarge small ones,
// and here the place is known. SPDX-License-Identifier: Apache-2.0
#include "vision/qr_reader.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/wechat_qrcode.hpp>

#include "base/log.h"

namespace xb::vision {
namespace {

// A phone held to a screen sees a module in more pixels than the stream has.
constexpr int zoom = 3;

}  // namespace

std::optional<std::string> read_qr(const media::Picture& picture, const media::PixelRect& where) {
  const cv::Mat luma(picture.height(), picture.width(), CV_8U,
                     const_cast<std::uint8_t*>(picture.plane(0)),
                     static_cast<std::size_t>(picture.stride(0)));
  const cv::Rect box =
      cv::Rect(where.x, where.y, where.width, where.height) & cv::Rect(0, 0, luma.cols, luma.rows);
  if (box.empty()) return std::nullopt;
  try {
    cv::Mat large;
    cv::resize(luma(box), large, {}, zoom, zoom, cv::INTER_CUBIC);
    cv::wechat_qrcode::WeChatQRCode reader;
    auto texts = reader.detectAndDecode(large);
    if (!texts.empty()) return std::move(texts.front());
  } catch (const cv::Exception& thrown) {
    log_warn("vision.qr", "{}", thrown.err);
  }
  return std::nullopt;
}

}  // namespace xb::vision
