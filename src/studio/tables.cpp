// products.csv and captions.csv, row by row.
// SPDX-License-Identifier: Apache-2.0
#include "studio/tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/text.h"
#include "rules/price_label.h"
#include "studio/table_row.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using enum Need;

constexpr std::size_t longest_script = 2000;

constexpr std::array columns_of_products{
    Column{"id", required, longest_id, "编号"}, Column{"number", required, 3, "链接号"},
    Column{"name", required, 40, "名字"},       Column{"origin", optional, 40, "产地"},
    Column{"price", required, 12, "价格"},      Column{"unit", required, 24, "单位"},
    Column{"stock", optional, 9, "库存"},       Column{"picture", optional, 255, "图片"},
    Column{"link", optional, 512, "网址"},      Column{"script", optional, longest_script, "讲稿"},
};

constexpr std::array columns_of_captions{
    Column{"id", required, longest_id, "编号"}, Column{"year", optional, 16, "年份"},
    Column{"title", required, 40, "标题"},      Column{"text", required, 200, "正文"},
    Column{"source", required, 80, "来源"},     Column{"kind", optional, 16, "种类"},
    Column{"style", optional, 16, "排法"},      Column{"script", optional, longest_script, "讲稿"},
};

bool is_id(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80U || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || c == '-' || c == '_' || c == '.';
  });
}

std::string read_id(TableRowReader& row, std::set<std::string>& seen) {
  auto id = row.text("id");
  if (!is_id(id)) {
    row.wrong("id", {"编号里不能有空格和符号：用字母、数字、- 或 _",
                     "No blanks or signs in an id: use letters, digits, - or _"});
  } else if (!id.empty() && !seen.insert(id).second) {
    row.wrong("id",
              {"编号重复了：每一行要用不同的编号", "This id is used twice: give each row its own"});
  }
  return id;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || at != end) return std::nullopt;
  return out;
}

int read_number(TableRowReader& row, std::set<std::int64_t>& seen) {
  const auto text = row.text("number");
  if (text.empty()) return 0;
  const auto number = whole(text);
  if (!number || *number < 1 || *number > 999) {
    row.wrong("number", {"链接号要写 1 到 999 的整数", "The number must be whole, from 1 to 999"});
    return 0;
  }
  if (!seen.insert(*number).second) {
    row.wrong("number", {"链接号重复了：每个商品要用不同的号",
                         "This number is used twice: give each product its own"});
  }
  return static_cast<int>(*number);
}

std::string read_price(TableRowReader& row) {
  const auto text = row.text("price");
  if (text.empty()) return {};
  auto price = rules::shown_price(text);
  if (!price) {
    row.wrong("price",
              {"价格不对：只写数字，比 0 大，最多两位小数，不超过 999999.99，例如 29.9",
               "The price is wrong: digits only, above 0, two decimals and 999999.99 at the most, "
               "for example 29.9"});
  }
  return price.value_or("");
}

std::optional<std::int64_t> read_stock(TableRowReader& row) {
  const auto text = row.text("stock");
  if (text.empty()) return std::nullopt;
  const auto stock = whole(text);
  if (stock && *stock < 0) {
    row.wrong("stock", {"库存不能小于 0；卖完写 0，不知道就空着",
                        "The stock cannot be below 0; 0 is sold out, leave it empty when unknown"});
  } else if (!stock) {
    row.wrong("stock", {"库存要写整数；不知道就空着",
                        "The stock must be a whole number; leave it empty when unknown"});
  }
  return stock;
}

void read_picture(TableRowReader& row, ShowPictures& pictures, overlay::Product& product) {
  const auto text = row.text("picture");
  if (text.empty()) return;
  const auto found = pictures.find(text);
  if (found.wrong) row.wrong("picture", *found.wrong);
  product.picture = found.path;
  product.picture_version = found.version;
}

std::string read_link(TableRowReader& row) {
  auto link = row.text("link");
  if (link.empty()) return link;
  const auto begin = link.rfind("https://", 0) == 0  ? std::string::size_type{8}
                     : link.rfind("http://", 0) == 0 ? std::string::size_type{7}
                                                     : std::string::npos;
  const bool is_right = begin != std::string::npos && begin < link.size() && link[begin] != '/' &&
                        link.find_first_of(" @<>\"") == std::string::npos;
  if (!is_right) {
    row.wrong("link", {"网址不对：要以 http:// 或 https:// 开头，里面没有空格和 @",
                       "The link is wrong: it must begin with http:// or https:// and hold no "
                       "blank and no @"});
  }
  return link;
}

// True for `other`; false for `usual` and where nothing is written.
bool is_other(TableRowReader& row, const char* column, const char* usual, const char* other,
              Sentence refusal) {
  const auto word = row.text(column);
  if (word.empty() || word == usual || word == other) return word == other;
  if (const auto near = closest(word, {usual, other}); !near.empty()) {
    refusal.zh += "。是不是想写 " + std::string(near) + "？";
    refusal.en += ". Did you mean " + std::string(near) + "?";
  }
  row.wrong(column, std::move(refusal));
  return false;
}

overlay::CaptionKind read_kind(TableRowReader& row) {
  const bool is_plain = is_other(row, "kind", "heritage", "plain",
                                 {"种类只能写 heritage（红色字幕，不写就是它）或 plain（普通字幕）",
                                  "The kind must be heritage (the default) or plain"});
  return is_plain ? overlay::CaptionKind::plain : overlay::CaptionKind::heritage;
}

overlay::CaptionStyle read_style(TableRowReader& row) {
  const bool is_vertical = is_other(row, "style", "horizontal", "vertical",
                                    {"排法只能写 horizontal（横排，不写就是它）或 vertical（竖排）",
                                     "The style must be horizontal (the default) or vertical"});
  return is_vertical ? overlay::CaptionStyle::vertical : overlay::CaptionStyle::horizontal;
}

}  // namespace

std::span<const Column> product_columns() {
  return columns_of_products;
}

std::span<const Column> caption_columns() {
  return columns_of_captions;
}

std::vector<overlay::Product> read_products(std::string_view bytes, const std::string& file,
                                            ShowPictures& pictures,
                                            std::vector<Problem>& problems) {
  std::vector<overlay::Product> out;
  std::set<std::string> ids;
  std::set<std::int64_t> numbers;
  read_table(bytes, columns_of_products, Reporter{file, problems}, [&](TableRowReader& row) {
    overlay::Product product;
    product.id = read_id(row, ids);
    product.number = read_number(row, numbers);
    product.name = row.text("name");
    product.origin = row.text("origin");
    product.price = read_price(row);
    product.unit = row.text("unit");
    product.stock = read_stock(row);
    read_picture(row, pictures, product);
    product.link = read_link(row);
    product.script = row.text("script");
    if (row.is_right()) out.push_back(std::move(product));
  });
  return out;
}

std::vector<overlay::Caption> read_captions(std::string_view bytes, const std::string& file,
                                            std::vector<Problem>& problems) {
  std::vector<overlay::Caption> out;
  std::set<std::string> ids;
  read_table(bytes, columns_of_captions, Reporter{file, problems}, [&](TableRowReader& row) {
    overlay::Caption caption;
    caption.id = read_id(row, ids);
    caption.year = row.text("year");
    caption.title = row.text("title");
    caption.text = row.text("text");
    caption.source = row.text("source");
    caption.kind = read_kind(row);
    caption.style = read_style(row);
    caption.script = row.text("script");
    if (row.is_right()) out.push_back(std::move(caption));
  });
  return out;
}

overlay::Tables load_tables(const fs::path& folder, const Drafts& drafts, ShowPictures& pictures,
                            std::vector<Problem>& problems) {
  overlay::Tables out;
  const auto bytes_of = [&](const char* name) -> std::optional<std::string> {
    if (const auto draft = drafts.find(name); draft != drafts.end()) return draft->second;
    return read_show_file(folder, name, optional, most_table_bytes, problems);
  };
  if (const auto bytes = bytes_of("products.csv"))
    out.products = read_products(*bytes, (folder / "products.csv").string(), pictures, problems);
  if (const auto bytes = bytes_of("captions.csv"))
    out.captions = read_captions(*bytes, (folder / "captions.csv").string(), problems);
  return out;
}

}  // namespace xb::studio
