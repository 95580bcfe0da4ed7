// Rules that were read off the chats of farm streams. SPDX-License-Identifier: Apache-2.0
#include "chat/questions.h"

#include <algorithm>
#include <array>

#include "chat/wording.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_waiting = 256;
constexpr Duration patience = std::chrono::minutes(10);

// Said around a question and no part of it.
constexpr auto courtesies = std::to_array<std::string_view>(
    {"请问一下", "麻烦问下", "想问一下", "问一下", "请问", "想问", "主播", "老板娘", "老板", "老乡",
     "大姐",     "大哥",     "小妹",     "美女",   "亲",   "你好", "您好", "哥哥",   "姐姐", "这个",
     "那个",     "你们",     "您们",     "咱们",   "现在", "一共", "到底", "please"});

// The longer words first; empty places are none.
struct Topic {
  std::string_view name;
  std::array<std::string_view, 10> words;
};
constexpr auto topics = std::to_array<Topic>({
    {"price",
     {"要多少钱一斤", "多少钱一斤", "多少钱一箱", "要多少钱", "多少钱", "怎么卖的", "怎么卖",
      "什么价格", "什么价", "价格多少"}},
    {"price",
     {"几块钱", "howmuchisit", "howmuch", "多钱", "啥价", "几钱", "价钱多少", "卖多少", "怎样卖",
      "咋卖"}},
    {"postage",
     {"包不包邮", "包邮", "运费多少", "运费", "邮费多少", "邮费", "免邮", "快递费",
      "freeshipping"}},
    {"delivery",
     {"什么时候发货", "多久发货", "几天发货", "今天发货", "发货", "几天能到", "几天到", "多久能到",
      "多久到", "什么时候到"}},
    {"sweet", {"甜不甜", "够不够甜", "够甜", "甜"}},
    {"taste", {"好不好吃", "好吃", "口感怎么样", "口感", "味道怎么样", "味道"}},
    {"link",
     {"链接在哪", "链接呢", "在哪里买", "哪里买", "在哪买", "哪里下单", "怎么下单", "怎么拍",
      "几号链接", "怎么买"}},
});

constexpr auto asking = std::to_array<std::string_view>(
    {"多少", "怎么", "怎样",   "什么",   "哪",       "几号",   "几天",   "几点",
     "几块", "几斤", "能不能", "有没有", "可不可以", "是不是", "会不会", "要不要",
     "为啥", "多久", "多大",   "多重",   "咋",       "谁"});
constexpr auto asking_ends =
    std::to_array<std::string_view>({"吗", "呢", "么", "没有", "不", "否"});
constexpr auto particles = std::to_array<std::string_view>(
    {"吗", "呢", "呀", "啊", "吧", "哦", "哈", "嘛", "哇", "么", "的", "啦", "了", "诶"});
constexpr auto english =
    std::to_array<std::string_view>({"how", "what", "when", "where", "which", "who", "why", "can",
                                     "does", "do", "is", "are", "will"});

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

bool ends_in(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// 甜不甜, 有没有: a character of three bytes before and after 不 or 没.
bool has_either_or(std::string_view letters) {
  for (const std::string_view no : {"不", "没"}) {
    for (auto at = letters.find(no); at != letters.npos; at = letters.find(no, at + no.size())) {
      if (at < 3 || at + no.size() + 3 > letters.size()) continue;
      if (letters.substr(at - 3, 3) == letters.substr(at + no.size(), 3)) return true;
    }
  }
  return false;
}

bool is_asked(std::string_view text, std::string_view letters) {
  auto end = text.find_last_not_of(" !~.");
  const auto said = text.substr(0, end == text.npos ? 0 : end + 1);
  if (ends_in(said, "?") || ends_in(said, "？")) return true;
  if (std::any_of(asking.begin(), asking.end(), [&](auto word) { return has(letters, word); }))
    return true;
  if (std::any_of(asking_ends.begin(), asking_ends.end(),
                  [&](auto word) { return ends_in(letters, word); }))
    return true;
  if (has_either_or(letters)) return true;
  const auto first = text.substr(0, text.find(' '));
  return std::any_of(english.begin(), english.end(), [&](auto word) {
    return first.size() == word.size() && letters.substr(0, word.size()) == word && has(text, " ");
  });
}

void take_out(std::string& text, std::string_view part) {
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at))
    text.erase(at, part.size());
}

void take_off_particles(std::string& text) {
  bool is_done = false;
  while (!is_done) {
    is_done = std::none_of(particles.begin(), particles.end(), [&](auto particle) {
      if (!ends_in(text, particle)) return false;
      text.resize(text.size() - particle.size());
      return true;
    });
  }
}

}  // namespace

std::optional<std::string> matter_of(std::string_view text) {
  auto letters = letters_of(text);
  if (letters.empty()) return std::nullopt;
  const bool asks = is_asked(text, letters);
  for (const auto courtesy : courtesies) take_out(letters, courtesy);
  for (const auto& topic : topics) {
    const auto word = std::find_if(topic.words.begin(), topic.words.end(),
                                   [&](auto one) { return !one.empty() && has(letters, one); });
    if (word == topic.words.end()) continue;
    const bool is_bare_asking = topic.name == "price" || topic.name == "link";
    if (!asks && !is_bare_asking) return std::nullopt;  // "好吃" alone is praise
    take_out(letters, *word);
    take_off_particles(letters);
    return std::string(topic.name) + ':' + letters;
  }
  if (!asks) return std::nullopt;
  take_off_particles(letters);
  return ':' + letters;
}

void Questions::hear(std::string_view text, std::uint64_t sequence, MonoTime now) {
  auto matter = matter_of(text);
  if (!matter) return;
  auto at = std::find_if(waiting_.begin(), waiting_.end(),
                         [&](const Waiting& one) { return one.matter == *matter; });
  if (at == waiting_.end()) {
    if (waiting_.size() >= most_waiting) {
      waiting_.erase(
          std::min_element(waiting_.begin(), waiting_.end(),
                           [](const auto& a, const auto& b) { return a.asked < b.asked; }));
    }
    waiting_.push_back({std::move(*matter), {std::string(text), 0, sequence, sequence}, now});
    at = std::prev(waiting_.end());
  }
  ++at->question.count;
  at->question.last = sequence;
  at->asked = now;
}

void Questions::take_away(std::uint64_t sequence) {
  std::erase_if(waiting_, [&](const Waiting& one) { return one.question.first == sequence; });
}

bool Questions::answer(std::uint64_t sequence) {
  return std::erase_if(waiting_, [&](const Waiting& one) {
           return one.question.first == sequence || one.question.last == sequence;
         }) > 0;
}

std::vector<Question> Questions::most_asked(std::size_t most, MonoTime now) {
  std::erase_if(waiting_, [&](const Waiting& one) { return now - one.asked >= patience; });
  std::vector<Question> out;
  for (const auto& one : waiting_) out.push_back(one.question);
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace xb::chat
