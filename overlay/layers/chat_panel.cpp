// Chat panel: the newest messages, whole ones only, each leaving some seconds after it came; below
// them the one that is pinned, in gold.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <list>
#include <optional>

#include "base/text.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 16, left = 12, right = 16, top = 6, bottom = 8, message_gap = 8;
// Longer it does not wait to be seen: then it is there without a motion.
constexpr Duration longest_wait = std::chrono::milliseconds(1500);
constexpr std::size_t most_grounds = 12;  // six roles, one line and two
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
    const auto lines = seen(m);
    if (lines.empty() && m.pinned == nullptr) return {};
    constexpr std::size_t usual_line = 120;
    Shows shows(usual_line * (lines.size() + 1));
    shows.add(static_cast<std::int64_t>(m.shop)).add(m.is_quiet() ? 1 : 0);
    shows.add(m.has_card_aside ? 1 : 0);
    shows.add(m.pinned != nullptr ? static_cast<std::int64_t>(m.pinned->sequence) : -1);
    if (m.pinned != nullptr) {
      shows.add(m.pinned->name).add(m.pinned->text);
      shown.until = m.pinned->arrived + pinned_stay;
    }
    for (const Line& line : lines) {
      shows.add(static_cast<std::int64_t>(line.said->sequence))
          .add(static_cast<std::int64_t>(line.said->role));
      shows.add(line.said->name).add(line.said->text).add(to_ms(line.turn.end - line.turn.begin));
      // the end of a motion changes nothing: what it leaves there, and what it took away, is so
      if (line.gone > m.now) shown.until = std::min(shown.until, line.gone);
    }
    shown.what = shows.take();
    return shown;
  }

  // Whoever waits for his turn is not seen yet.
  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    // also while a caption has their place: turns are not given later by that
    if (!m.values.shows_chat || m.is_quiet()) return;
    for (const ChatLine& line : m.values.chat) {
      if (m.now - line.arrived > longest_wait + theme().motions.chat_in.length) continue;
      out.push_back({LayerName::chat_panel,
                     line.sequence,
                     line.arrived,
                     theme().motions.chat_in.length,
                     false,
                     longest_wait,
                     {}});
    }
  }

  // A message is one bitmap that only moves when others come, so a new line costs one message.
  std::vector<PlacedLayer> paint(const Moment& m) override {
    const auto lines = seen(m);
    std::vector<Message> messages;
    for (const Line& line : lines) messages.push_back(message(*line.said, Look::said));

    Anchor anchor = theme().anchors.chat;
    if (m.has_card_aside) anchor.y = theme().anchors.chat_y_above_second;
    const Box area = placement().place_story(anchor, anchor.w, anchor.h, m.shop);
    const int gap = std::max(2, placement().place(anchor, 0, message_gap).h);
    std::vector<PlacedLayer> placed;
    std::vector<Motion> lifted;  // by those that came later
    int y = area.bottom() + gap;
    if (m.pinned != nullptr) {
      pinned_ = message(*m.pinned, Look::pinned);
      y -= gap + pinned_.height;
      PlacedLayer layer = pinned_.picture;
      layer.y = y + pinned_.inset_y;
      layer.motions = {entrance(m, m.pinned->arrived, theme().motions.chat_in, faint)};
      placed.push_back(std::move(layer));
    }
    const int room = y - gap - area.y;
    for (std::size_t i = lines.size(); i-- > 0;) {
      const Message& one = messages[i];
      const auto pusher = pushed_by(messages, i, room, gap);
      if (pusher && !is_coming(m, lines[*pusher])) break;
      y -= gap + one.height;
      PlacedLayer layer = one.picture;
      layer.y = y + one.inset_y;
      layer.motions = motions_of(m, lines[i]);
      const auto own = layer.motions.size();
      add_story_move(m, std::max(lines[i].turn.begin, since(m)), anchor, layer.motions);
      if (layer.motions.size() == own) {
        layer.window = Box{0, area.y, placement().canvas().width, room + 2 * gap};
      }
      layer.motions.insert(layer.motions.end(), lifted.begin(), lifted.end());
      if (pusher) {
        const Timing& timing = theme().motions.chat_in;
        layer.motions.push_back(
            departure(m, lines[*pusher].turn.begin, {timing.length, {}}, faint));
      }
      placed.push_back(std::move(layer));
      if (is_coming(m, lines[i])) {
        Pose below;
        below.dy = gap + one.height;
        lifted.push_back(entrance(m, lines[i].turn.begin, theme().motions.chat_in, below));
      }
    }
    messages_ = std::move(messages);
    std::reverse(placed.begin(), placed.end());
    return placed;
  }

  void forget_paint() override {
    grounds_.clear();
    messages_.clear();
    pinned_ = {};
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

  struct Line {
    const ChatLine* said = nullptr;
    Turn turn;
    SessionTime gone;
  };

  // Who has had his turn and has not faded away, oldest first; some more than there is room for.
  std::vector<Line> seen(const Moment& m) const {
    std::vector<Line> lines;
    if (!m.shows_chat) return lines;
    const Motions& motions = theme().motions;
    const auto most = static_cast<std::size_t>(theme().anchors.chat_max_messages) + 3;
    for (auto it = m.values.chat.rbegin(); it != m.values.chat.rend() && lines.size() < most;
         ++it) {
      const bool is_pinned = m.pinned != nullptr && m.pinned->sequence == it->sequence;
      Line line{&*it, m.schedule->turn_of(LayerName::chat_panel, it->sequence),
                it->arrived + motions.chat_stay + motions.chat_fade};
      if (line.turn.begin <= m.now && m.now < line.gone && !is_pinned) lines.push_back(line);
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
  }

  // The message that left no room for number `i`, if there is one.
  std::optional<std::size_t> pushed_by(const std::vector<Message>& messages, std::size_t i,
                                       int room, int gap) const {
    const auto most = static_cast<std::size_t>(theme().anchors.chat_max_messages);
    int used = messages[i].height;
    int rows = messages[i].lines;
    for (std::size_t j = i + 1; j < messages.size(); ++j) {
      used += gap + messages[j].height;
      rows += messages[j].lines;
      if (used > room || rows > theme().anchors.chat_max_lines || j - i >= most) return j;
    }
    return std::nullopt;
  }

  // Its motion is under way, and was not cut.
  static bool is_coming(const Moment& m, const Line& line) { return m.now < line.turn.end; }

  // In 9:16 a caption had its place until then.
  SessionTime since(const Moment& m) const {
    return placement().is_tall() ? m.scene.caption_since : SessionTime::min();
  }

  std::vector<Motion> motions_of(const Moment& m, const Line& line) const {
    const Motions& motions = theme().motions;
    std::vector<Motion> all{
        departure(m, line.said->arrived + motions.chat_stay, {motions.chat_fade, {}}, faint)};
    if (line.said->arrived < since(m) && is_within(m, since(m), motions.story_move)) {
      all.push_back(entrance(m, since(m), {motions.story_move.length, {}}, faint));
    } else if (m.is_quiet()) {
      all.push_back(entrance(m, line.said->arrived, motions.chat_in, faint));
    } else if (is_coming(m, line)) {
      Pose below = faint;
      below.dy = motions.chat_rise * unit();
      all.push_back(entrance(m, line.turn.begin, motions.chat_in, below));
    }
    return all;
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

  Message message(const ChatLine& line, Look look) {
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
    if (pinned_.what == what) return pinned_;
    const RoleColors& role = colors(line.role);
    const Badge badge = badge_of(role);

    std::vector<TextSpan> spans;
    if (!role.badge.empty()) spans.push_back({{}, Weight::regular, {}, badge.width + badge_gap});
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
    const double badge_y = top + words.baseline() - badge.text.baseline() - style.size * 0.07;
    const auto bubble = [&]() -> Canvas {
      const int end = static_cast<int>(std::ceil(radius * unit())) + 2;
      const double badge_end = role.badge.empty() ? 0 : left + badge.width;
      const int begin = static_cast<int>(std::ceil(std::max(radius, badge_end) * unit())) + 2;
      const auto draw = [&](Canvas& on, const Fill& fill) {
        draw_bubble(on, fill, role, badge, badge_y);
      };
      if (is_pinned || box.w < begin + end) {
        Canvas own(box, unit());
        draw(own, is_pinned ? Fill{palette().strip, 100} : plain_fill(palette().chat_scrim));
        return own;
      }
      const int widest = std::max(box.w, placement().place(anchor, left + most + right, 0).w);
      return ground_of(line.role, widest, box.h,
                       [&](Canvas& on) { draw(on, plain_fill(palette().chat_scrim)); })
          .shorter_at(box, begin, end);
    };
    Canvas c = bubble();
    words.draw(c, left, top, ink);
    Message message;
    message.what = what;
    message.picture = is_pinned ? c.take(LayerName::pinned, std::to_string(line.sequence))
                                : c.take(LayerName::chat_panel, {});
    message.height = box.h;
    message.inset_y = message.picture.y - box.y;
    message.lines = words.lines();
    return message;
  }

  struct Badge {
    TextBlock text;
    double width = 0, height = 0;
  };
  Badge badge_of(const RoleColors& role) const {
    TextStyle style = text_style(theme().type.chat_badge, Weight::bold);
    style.line_height = 1.42;
    Badge badge{text().lay_out(role.badge, style), 0, style.size * style.line_height};
    badge.width = badge.text.width() + 2 * badge_pad;
    return badge;
  }
  void draw_bubble(Canvas& c, const Fill& fill, const RoleColors& role, const Badge& badge,
                   double badge_y) const {
    c.fill(c.whole(), all_corners(radius), fill);
    border(c, c.whole(), all_corners(radius));
    if (role.badge.empty()) return;
    c.fill({left, badge_y, badge.width, badge.height}, all_corners(badge_radius),
           plain_fill(role.badge_bg));
    badge.text.draw(c, left + badge_pad, badge_y, role.badge_fg);
  }

  // A bubble of one colour differs from a wider one by columns of its middle: one of full width is
  // painted for each role and number of lines, and cut for all that is said.
  struct BubbleGround {
    ChatRole role;
    Canvas canvas;
  };
  template <class Draw>
  const Canvas& ground_of(ChatRole role, int width, int height, Draw draw) {
    const auto found = std::find_if(grounds_.begin(), grounds_.end(), [&](const auto& kept) {
      const Box box = kept.canvas.box();
      return kept.role == role && box.w == width && box.h == height;
    });
    if (found != grounds_.end()) {
      grounds_.splice(grounds_.begin(), grounds_, found);
    } else {
      grounds_.push_front({role, Canvas({0, 0, width, height}, unit())});
      draw(grounds_.front().canvas);
      if (grounds_.size() > most_grounds) grounds_.pop_back();
    }
    return grounds_.front().canvas;
  }

  std::list<BubbleGround> grounds_;  // used last first
  std::vector<Message> messages_;    // what was shown last
  Message pinned_;
};

}  // namespace

std::unique_ptr<Layer> make_chat_panel(PaintBox& box) {
  return std::make_unique<ChatPanel>(box);
}

}  // namespace xb::overlay
