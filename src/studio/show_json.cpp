// Plain structs to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_json.h"

#include "base/secret.h"
#include "net/json.h"

namespace xb::studio {
namespace {

template <class T>
OrderedJson value_or_null(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson station_of(const StationShow& station) {
  return {{"name", station.name}, {"county", station.county}, {"township", station.township}};
}

OrderedJson product_of(const overlay::Product& one) {
  return {{"id", one.id},       {"number", one.number}, {"name", one.name},
          {"price", one.price}, {"unit", one.unit},     {"stock", value_or_null(one.stock)}};
}

OrderedJson caption_of(const overlay::Caption& one) {
  return {{"id", one.id},
          {"year", one.year},
          {"title", one.title},
          {"source", one.source},
          {"kind", one.kind == overlay::CaptionKind::heritage ? "heritage" : "plain"},
          {"style", one.style == overlay::CaptionStyle::horizontal ? "horizontal" : "vertical"}};
}

std::string_view name_of(Placement placement) {
  switch (placement) {
    case Placement::cover: break;
    case Placement::contain: return "contain";
    case Placement::crop: return "crop";
  }
  return "cover";
}

OrderedJson video_of(const VideoShow& video) {
  const auto& crop = video.crop;
  return {{"width", video.width},
          {"height", video.height},
          {"rate", {video.rate.num, video.rate.den}},
          {"bitrate_kbps", nominal_bitrate_kbps(video)},
          {"crf", video.crf},
          {"placement", name_of(video.placement)},
          {"crop", {crop.left, crop.top, crop.width, crop.height}},
          {"quiet", video.is_quiet}};
}

OrderedJson canvases_of(const std::vector<CanvasShow>& canvases) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : canvases) {
    const auto& crop = one.crop;
    out.push_back({{"name", one.name},
                   {"width", one.width},
                   {"height", one.height},
                   {"bitrate_kbps", one.bitrate_kbps},
                   {"placement", name_of(one.placement)},
                   {"crop", {crop.left, crop.top, crop.width, crop.height}}});
  }
  return out;
}

// An address of a camera may hold its password.
OrderedJson source_of(const Plan& plan) {
  const auto& from = plan.source.empty() ? plan.show.source.from : plan.source;
  const auto& mic = plan.mic.empty() ? plan.show.source.mic : plan.mic;
  return {{"from", redacted(from)}, {"mic", redacted(mic)}};
}

// With the version, so that a page asks again when the file is another one.
std::string address_of_picture(const overlay::Product& one) {
  const auto path = "/api/pictures/" + one.id;
  return one.picture_version == 0
             ? path
             : path + "?v=" + std::to_string(static_cast<std::uint64_t>(one.picture_version));
}

}  // namespace

OrderedJson page_of(const Show& show) {
  OrderedJson products = OrderedJson::array();
  for (const auto& one : show.tables->products) {
    auto json = product_of(one);
    json["picture"] =
        one.picture.empty() ? OrderedJson(nullptr) : OrderedJson(address_of_picture(one));
    json["script"] = one.script;
    products.push_back(std::move(json));
  }
  OrderedJson captions = OrderedJson::array();
  for (const auto& one : show.tables->captions) {
    auto json = caption_of(one);
    json["script"] = one.script;
    captions.push_back(std::move(json));
  }
  return {{"station", station_of(show.station)},
          {"products", std::move(products)},
          {"captions", std::move(captions)},
          {"video", {{"width", show.video.width}, {"height", show.video.height}}}};
}

OrderedJson row_of(const StationShow& station) {
  auto json = station_of(station);
  json["theme"] = station.theme;
  json["mark"] = station.mark;
  return json;
}

OrderedJson row_of(const ScreenShow& screen) {
  return {{"chat", screen.shows_chat},
          {"notices", screen.notices},
          {"opens_at", screen.opens_at},
          {"away_title", screen.away_title},
          {"away_minutes", value_or_null(screen.away_minutes)}};
}

OrderedJson row_of(const overlay::Product& product) {
  auto json = product_of(product);
  json["origin"] = product.origin;
  json["link"] = product.link;
  json["picture"] = product.picture;
  return json;
}

OrderedJson row_of(const overlay::Caption& caption) {
  auto json = caption_of(caption);
  json["text"] = caption.text;
  return json;
}

OrderedJson begin_of(const Plan& plan) {
  const auto& show = plan.show;
  OrderedJson products = OrderedJson::array();
  for (const auto& one : show.tables->products) products.push_back(row_of(one));
  OrderedJson captions = OrderedJson::array();
  for (const auto& one : show.tables->captions) captions.push_back(row_of(one));
  return {{"version", XB_VERSION},
          {"show", show.folder.string()},
          {"station", row_of(show.station)},
          {"video", video_of(show.video)},
          {"canvases", canvases_of(show.canvases)},
          {"record", {{"canvas", show.record.canvas}, {"clean", show.record.is_clean}}},
          {"source", source_of(plan)},
          {"counter", {{"baseline", value_or_null(show.counter.baseline)}}},
          {"screen", row_of(show.screen)},
          {"publish", plan.publish},
          {"products", std::move(products)},
          {"captions", std::move(captions)}};
}

}  // namespace xb::studio
