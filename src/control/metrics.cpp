// Walks the JSON and gathers samples by the name of their metric, as the format wants them.
// SPDX-License-Identifier: Apache-2.0
#include "control/metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "net/json.h"

namespace xb::control {
namespace {

// Objects whose keys are data, and the label they become.
struct Keyed {
  std::string_view metric;
  std::string_view label;
};
constexpr std::array keyed{
    Keyed{"xiangbo_pipes", "pipe"},
    Keyed{"xiangbo_chat_dropped", "reason"},
    Keyed{"xiangbo_chat_hidden", "reason"},
    Keyed{"xiangbo_ports_control_refused", "reason"},
    Keyed{"xiangbo_ports_audience_refused", "reason"},
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Names of metrics have letters, digits and underscores.
std::string as_name(std::string_view key) {
  std::string out(key);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
      },
      '_');
  return out;
}

class Samples {
 public:
  void add(const std::string& metric, const std::string& labels, const OrderedJson& value) {
    if (value.is_object()) return add_object(metric, labels, value);
    if (value.is_array()) return add_list(metric, labels, value);
    if (value.is_number()) put(metric, labels, value.dump());
    if (value.is_boolean()) put(metric, labels, value.get<bool>() ? "1" : "0");
    if (value.is_string() && metric.ends_with("_state"))
      put(metric, with(labels, "state", value.get_ref<const std::string&>()), "1");
  }
  std::string text() const {
    std::string out;
    for (const auto& [metric, lines] : by_metric_) {
      out.append("# TYPE ").append(metric).append(" gauge\n");
      for (const auto& line : lines) out.append(line);
    }
    return out;
  }

 private:
  static std::string with(const std::string& labels, std::string_view label,
                          std::string_view value) {
    return labels + (labels.empty() ? "" : ",") + std::string(label) + "=" + quoted(value);
  }
  void put(const std::string& metric, const std::string& labels, const std::string& value) {
    auto line = metric;
    if (!labels.empty()) line.append("{").append(labels).append("}");
    by_metric_[metric].push_back(line + " " + value + "\n");
  }
  void add_object(const std::string& metric, const std::string& labels, const OrderedJson& object) {
    const auto* row = std::find_if(keyed.begin(), keyed.end(),
                                   [&](const auto& one) { return one.metric == metric; });
    for (const auto& [key, value] : object.items()) {
      if (row == keyed.end()) {
        add(metric + "_" + as_name(key), labels, value);
      } else if (value.is_object()) {
        for (const auto& [part, figure] : value.items())
          add(metric + "_" + as_name(part), with(labels, row->label, key), figure);
      } else {
        add(metric, with(labels, row->label, key), value);
      }
    }
  }
  void add_list(const std::string& metric, const std::string& labels, const OrderedJson& list) {
    for (const auto& item : list) {
      const auto name = item.is_object() ? item.find("name") : item.end();
      if (!item.is_object() || name == item.end() || !name->is_string()) continue;
      add_object(metric, with(labels, "name", name->get_ref<const std::string&>()), item);
    }
  }

  std::map<std::string, std::vector<std::string>> by_metric_;
};

}  // namespace

std::string metrics_of(const OrderedJson& stats) {
  Samples samples;
  samples.add("xiangbo", "", stats);
  return samples.text();
}

}  // namespace xb::control
