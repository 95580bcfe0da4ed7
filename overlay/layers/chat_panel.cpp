// Chat panel: the newest messages, whole ones only, each leaving some seconds after it came; below
// them the one that is pinned, in gold.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <list>

#include "base/text.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 16, left = 12, right = 16, top = 6, bottom = 8, message_gap = 8;
constexpr double badge_radius = 7, badge_pad = 8, badge_gap = 8, name_gap = 10;

// A right-to-left name must not reorder the message beside it: first strong isolate and its end.
std::string isolated(const std::string& text) {
  return "\u2068" + text + "\u2069";
}

class ChatPanel final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    Shown shown;
    Shows shows;
    const auto lines = fresh(m);
    if (lines.empty() && m.pinned == nullptr) return {};
    shows.add(static_cast<std::int64_t>(m.shop));
    const auto add = [&](const ChatLine& line, Duration stay) {
      shows.add(static_cast<std::int64_t>(line.sequence)).add(static_cast<std::int64_t>(line.role));
      shows.add(line.name).add(line.text);
      shown.until = std::min(shown.until, line.arrived + stay);
    };
    shows.add(m.pinned != nullptr ? 1 : 0);
    if (m.pinned != nullptr) add(*m.pinned, pinned_stay);
    for (const ChatLine* line : lines) add(*line, theme().chat_stay);
    shown.what = shows.take();
    return shown;
  }

  // A message is one bitmap that only moves when others come, so a new line costs one message.
  std::vector<PlacedLayer> paint(const Moment& m) override {
    std::list<Message> shown;
    for (const ChatLine* line : fresh(m)) shown.push_back(message(*line, Look::said));
    if (m.pinned != nullptr) shown.push_back(message(*m.pinned, Look::pinned));
    messages_ = shown;

    const Anchor& anchor = theme().anchors.chat;
    const int gap = std::max(2, placement().place(anchor, 0, message_gap).h);
    const int room = placement().place(anchor, anchor.w, anchor.h).h;
    int used = 0;
    int lines = 0;
    std::vector<PlacedLayer> placed;
    int y = placement().place_story(anchor, anchor.w, 0, m.shop).bottom();
    for (auto it = shown.rbegin(); it != shown.rend(); ++it) {
      const bool is_first = placed.empty();
      const int needed = it->height + (is_first ? 0 : gap);
      lines += it->lines;
      if (!is_first && (used + needed > room || lines > theme().anchors.chat_max_lines)) break;
      used += needed;
      y -= needed;
      PlacedLayer one = it->picture;
      one.y = y + it->inset_y;
      placed.push_back(std::move(one));
    }
    std::reverse(placed.begin(), placed.end());
    return placed;
  }

 private:
  enum class Look : std::uint8_t { said = 1, pinned };
  struct Message {
    std::string what;
    PlacedLayer picture;
    int height = 0;   // of the bubble, pixels
    int inset_y = 0;  // of the cropped bitmap in it
    int lines = 0;
  };

  std::vector<const ChatLine*> fresh(const Moment& m) const {
    std::vector<const ChatLine*> lines;
    if (!m.shows_chat) return lines;
    const auto most = static_cast<std::size_t>(theme().anchors.chat_max_messages);
    for (auto it = m.values.chat.rbegin(); it != m.values.chat.rend() && lines.size() < most;
         ++it) {
      const bool is_pinned = m.pinned != nullptr && m.pinned->sequence == it->sequence;
      if (m.now < it->arrived + theme().chat_stay && !is_pinned) lines.push_back(&*it);
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
  }

  const RoleColors& colors(ChatRole role) const {
    switch (role) {
      case ChatRole::host: return theme().host;
      case ChatRole::moderator: return theme().moderator;
      case ChatRole::fan: return theme().fan;
      case ChatRole::newcomer: return theme().newcomer;
      case ChatRole::viewer: break;
    }
    return theme().viewer;
  }

  Message message(const ChatLine& line, Look look) const {
    const bool is_pinned = look == Look::pinned;
    const Color ink = is_pinned ? palette().strip_text : palette().chat_text;
    const std::string what = Shows()
                                 .add(is_pinned ? static_cast<std::int64_t>(line.sequence) : 0)
                                 .add(static_cast<std::int64_t>(line.role))
                                 .add(line.name)
                                 .add(line.text)
                                 .take();
    for (const Message& kept : messages_) {
      if (kept.what == what) return kept;
    }
    const RoleColors& role = colors(line.role);
    TextStyle badge_style = text_style(theme().type.chat_badge, Weight::bold);
    badge_style.line_height = 1.42;
    const TextBlock badge = text().lay_out(role.badge, badge_style);
    const double badge_w = badge.width() + 2 * badge_pad;

    std::vector<TextSpan> spans;
    if (!role.badge.empty()) spans.push_back({{}, Weight::regular, {}, badge_w + badge_gap});
    if (!line.name.empty()) {
      spans.push_back({cut_graphemes(line.name, theme().overflow.chat_name_chars), Weight::bold,
                       is_pinned ? ink : role.name, 0});
      spans.push_back({{}, Weight::regular, {}, name_gap});
    }
    spans.push_back({isolated(full_width_punctuation(line.text)), Weight::regular, ink, 0});
    const Anchor& anchor = theme().anchors.chat;
    const double most = placement().width_of(anchor) - left - right;
    TextStyle style = text_style(theme().type.chat);
    style.line_height = theme().fonts.text_line_height;
    const TextBlock words = text().lay_out(spans, style, {most, theme().overflow.chat_lines});

    // A message of two lines is as wide as its row: text that wraps leaves a ragged right edge.
    const double inner = words.lines() > 1 ? most : words.width();
    const Box box = placement().place(anchor, left + inner + right, top + words.height() + bottom);
    Canvas c(box, unit());
    c.fill(c.whole(), all_corners(radius),
           is_pinned ? Fill{palette().strip, 100} : plain_fill(palette().chat_scrim));
    border(c, c.whole(), all_corners(radius));
    words.draw(c, left, top, ink);
    if (!role.badge.empty()) {
      const double h = badge_style.size * badge_style.line_height;
      const double y = top + words.baseline() - badge.baseline() - style.size * 0.07;
      c.fill({left, y, badge_w, h}, all_corners(badge_radius), plain_fill(role.badge_bg));
      badge.draw(c, left + badge_pad, y, role.badge_fg);
    }
    Message message;
    message.what = what;
    message.picture = is_pinned ? c.take(LayerName::pinned, std::to_string(line.sequence))
                                : c.take(LayerName::chat_panel, {});
    message.height = box.h;
    message.inset_y = message.picture.y - box.y;
    message.lines = words.lines();
    return message;
  }

  std::list<Message> messages_;  // what was shown last
};

}  // namespace

std::unique_ptr<Layer> make_chat_panel(PaintBox& box) {
  return std::make_unique<ChatPanel>(box);
}

}  // namespace xb::overlay
