// Plain structs to JSON.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_json.h"

namespace xb::studio {
namespace {

OrderedJson station_of(const StationShow& station) {
  return {{"name", station.name}, {"county", station.county}, {"township", station.township}};
}

OrderedJson product_of(const overlay::Product& one) {
  return {
      {"id", one.id},     {"number", one.number},
      {"name", one.name}, {"price", one.price},
      {"unit", one.unit}, {"stock", one.stock ? OrderedJson(*one.stock) : OrderedJson(nullptr)}};
}

OrderedJson caption_of(const overlay::Caption& one) {
  return {{"id", one.id},
          {"year", one.year},
          {"title", one.title},
          {"source", one.source},
          {"kind", one.kind == overlay::CaptionKind::heritage ? "heritage" : "plain"}};
}

}  // namespace

OrderedJson page_of(const Show& show) {
  OrderedJson products = OrderedJson::array();
  for (const auto& one : show.tables->products) {
    auto json = product_of(one);
    json["picture"] =
        one.picture.empty() ? OrderedJson(nullptr) : OrderedJson("/api/pictures/" + one.id);
    products.push_back(std::move(json));
  }
  OrderedJson captions = OrderedJson::array();
  for (const auto& one : show.tables->captions) captions.push_back(caption_of(one));
  return {{"station", station_of(show.station)},
          {"products", std::move(products)},
          {"captions", std::move(captions)},
          {"video", {{"width", show.video.width}, {"height", show.video.height}}}};
}

OrderedJson begin_of(const Plan& plan) {
  const auto& show = plan.show;
  auto station = station_of(show.station);
  station["theme"] = show.station.theme;
  OrderedJson products = OrderedJson::array();
  for (const auto& one : show.tables->products) {
    auto json = product_of(one);
    json["origin"] = one.origin;
    json["link"] = one.link;
    json["picture"] = one.picture;
    products.push_back(std::move(json));
  }
  OrderedJson captions = OrderedJson::array();
  for (const auto& one : show.tables->captions) {
    auto json = caption_of(one);
    json["text"] = one.text;
    captions.push_back(std::move(json));
  }
  return {{"version", XB_VERSION},
          {"show", show.folder.string()},
          {"station", std::move(station)},
          {"video",
           {{"width", show.video.width},
            {"height", show.video.height},
            {"rate", {show.video.rate.num, show.video.rate.den}}}},
          {"publish", plan.publish},
          {"products", std::move(products)},
          {"captions", std::move(captions)},
          {"notices", show.tables->notices}};
}

}  // namespace xb::studio
