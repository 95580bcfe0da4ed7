// Every kernel this machine runs against the plain truth, to the bit.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/blend.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "overlay/blend_reference.h"

namespace xb::overlay {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t stride = 320;
constexpr std::size_t rows = 4;

Bytes noise(std::mt19937& random, std::size_t size) {
  Bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

// What an alpha plane holds in practice comes in runs; the edge values come often.
Bytes alphas(std::mt19937& random, std::size_t size) {
  constexpr std::array<std::uint8_t, 4> edges{0, 1, 254, 255};
  Bytes out(size);
  for (auto& byte : out) {
    const auto draw = random();
    byte = draw % 2 == 0 ? edges[draw / 2 % 4] : static_cast<std::uint8_t>(draw >> 8);
  }
  return out;
}

struct Scenery {
  explicit Scenery(std::uint32_t seed) {
    std::mt19937 random(seed);
    under = noise(random, stride * (rows + 1));
    under_v = noise(random, stride * (rows + 1));
    plane = noise(random, stride * (rows + 1));
    plane_v = noise(random, stride * (rows + 1));
    alpha = alphas(random, stride * (rows + 1));
  }
  LumaBox luma(Bytes& target, int width, std::size_t under_offset, std::size_t offset) const {
    return {target.data() + under_offset, stride, plane.data() + offset,
            alpha.data() + offset,        stride, width,
            static_cast<int>(rows)};
  }
  ChromaBox chroma(Bytes& u, Bytes& v, int width, std::size_t under_offset,
                   std::size_t offset) const {
    return {u.data() + under_offset, v.data() + under_offset, stride, plane.data() + offset,
            plane_v.data() + offset, alpha.data() + offset,   stride, width,
            static_cast<int>(rows)};
  }
  Bytes under, under_v, plane, plane_v, alpha;
};

TEST(Blend, scales_every_byte_within_0_506_and_rounds_all_but_a_few_to_the_nearest) {
  int off = 0;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    for (std::uint32_t part = 0; part < 256; ++part) {
      const int got = scaled_byte(static_cast<std::uint8_t>(byte), part);
      ASSERT_NEAR(got, byte * part / 255.0, 0.506) << byte << " " << part;
      off += got != std::lround(byte * part / 255.0) ? 1 : 0;
    }
    ASSERT_EQ(scaled_byte(static_cast<std::uint8_t>(byte), 255), byte);
  }
  EXPECT_EQ(off, 71);
}

TEST(Blend, keeps_the_picture_where_alpha_is_0_and_replaces_it_where_alpha_is_255) {
  for (int under = 0; under < 256; ++under) {
    const auto byte = static_cast<std::uint8_t>(under);
    EXPECT_EQ(blend_byte(byte, 0, 0), byte);
    EXPECT_EQ(blend_byte(byte, 77, 255), 77);
  }
}

TEST(Blend, saturates_where_a_plane_is_no_premultiplied_one) {
  EXPECT_EQ(blend_byte(255, 255, 0), 255);
}

TEST(Blend, offers_the_best_set_first_and_gives_the_choice_back) {
  const auto all = all_blend_kernels();
  ASSERT_FALSE(all.empty());
  EXPECT_STREQ(all.front().target, blend_kernels().target);
  std::set<std::string> names;
  for (const auto& kernels : all) names.insert(kernels.target);
  EXPECT_EQ(names.size(), all.size());
}

TEST(Blend, equals_the_reference_for_every_width_on_every_target) {
  for (const auto& kernels : all_blend_kernels()) {
    for (int width = 0; width <= 200; ++width) {
      const Scenery scenery(static_cast<std::uint32_t>(width));
      Bytes got = scenery.under;
      Bytes want = scenery.under;
      kernels.luma(scenery.luma(got, width, 0, 0));
      blend_luma_reference(scenery.luma(want, width, 0, 0));
      ASSERT_EQ(got, want) << kernels.target << " luma, width " << width;

      Bytes got_u = scenery.under;
      Bytes got_v = scenery.under_v;
      Bytes want_u = scenery.under;
      Bytes want_v = scenery.under_v;
      kernels.chroma(scenery.chroma(got_u, got_v, width, 0, 0));
      blend_chroma_reference(scenery.chroma(want_u, want_v, width, 0, 0));
      ASSERT_EQ(got_u, want_u) << kernels.target << " u, width " << width;
      ASSERT_EQ(got_v, want_v) << kernels.target << " v, width " << width;
    }
  }
}

TEST(Blend, equals_the_reference_at_odd_offsets_on_every_target) {
  const Scenery scenery(9);
  for (const auto& kernels : all_blend_kernels()) {
    for (const int width : {1, 7, 8, 31, 33, 63, 64, 65, 127, 200}) {
      for (std::size_t under_offset = 0; under_offset < 66; under_offset += 5) {
        for (const std::size_t offset : {0U, 1U, 3U, 17U, 63U}) {
          Bytes got = scenery.under;
          Bytes want = scenery.under;
          kernels.luma(scenery.luma(got, width, under_offset, offset));
          blend_luma_reference(scenery.luma(want, width, under_offset, offset));
          ASSERT_EQ(got, want) << kernels.target << " width " << width << " at " << under_offset
                               << " from " << offset;
          Bytes got_v = scenery.under_v;
          Bytes want_v = scenery.under_v;
          got = want = scenery.under;
          kernels.chroma(scenery.chroma(got, got_v, width, under_offset, offset));
          blend_chroma_reference(scenery.chroma(want, want_v, width, under_offset, offset));
          ASSERT_EQ(got, want) << kernels.target << " u, width " << width;
          ASSERT_EQ(got_v, want_v) << kernels.target << " v, width " << width;
        }
      }
    }
  }
}

TEST(Blend, equals_the_reference_for_every_pair_of_picture_and_alpha) {
  constexpr std::size_t all_pairs = 256 * 256;
  Bytes alpha(all_pairs);
  Bytes under(all_pairs);
  Bytes plane(all_pairs);
  for (std::size_t i = 0; i < all_pairs; ++i) {
    under[i] = static_cast<std::uint8_t>(i);
    alpha[i] = static_cast<std::uint8_t>(i >> 8);
    plane[i] = static_cast<std::uint8_t>(alpha[i] * 235U / 255U);
  }
  const auto box = [&](Bytes& target) {
    return LumaBox{target.data(), 256, plane.data(), alpha.data(), 256, 256, 256};
  };
  Bytes want = under;
  blend_luma_reference(box(want));
  for (const auto& kernels : all_blend_kernels()) {
    Bytes got = under;
    kernels.luma(box(got));
    EXPECT_EQ(got, want) << kernels.target;
  }
}

TEST(Blend, fades_to_nothing_and_to_all_and_keeps_a_plane_below_its_alpha) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(faded_byte(static_cast<std::uint8_t>(byte), 0), 0);
    EXPECT_EQ(faded_byte(static_cast<std::uint8_t>(byte), 255), byte);
    for (int fade = 0; byte < 255 && fade < 256; ++fade) {
      EXPECT_LE(faded_byte(static_cast<std::uint8_t>(byte), fade),
                faded_byte(static_cast<std::uint8_t>(byte + 1), fade));
    }
  }
}

TEST(Blend, equals_the_reference_at_every_fade_on_every_target) {
  for (const auto& kernels : all_blend_kernels()) {
    for (int fade = 0; fade < 256; ++fade) {
      const Scenery scenery(static_cast<std::uint32_t>(fade));
      for (const int width : {1, 8, 31, 64, 65, 200}) {
        Bytes got = scenery.under;
        Bytes want = scenery.under;
        LumaBox box = scenery.luma(got, width, 3, 1);
        box.fade = fade;
        kernels.luma(box);
        box.under = scenery.luma(want, width, 3, 1).under;
        blend_luma_reference(box);
        ASSERT_EQ(got, want) << kernels.target << " luma, fade " << fade << " width " << width;

        Bytes got_v = scenery.under_v;
        Bytes want_v = scenery.under_v;
        got = want = scenery.under;
        ChromaBox pair = scenery.chroma(got, got_v, width, 3, 1);
        pair.fade = fade;
        kernels.chroma(pair);
        const ChromaBox plain = scenery.chroma(want, want_v, width, 3, 1);
        pair.under_u = plain.under_u;
        pair.under_v = plain.under_v;
        blend_chroma_reference(pair);
        ASSERT_EQ(got, want) << kernels.target << " u, fade " << fade << " width " << width;
        ASSERT_EQ(got_v, want_v) << kernels.target << " v, fade " << fade << " width " << width;
      }
    }
  }
}

TEST(Blend, touches_no_byte_outside_the_box) {
  // Exact allocations: a sanitizer sees any byte read or written beyond them.
  for (const auto& kernels : all_blend_kernels()) {
    for (std::size_t width = 1; width <= 130; ++width) {
      Bytes under(width, 90);
      const Bytes plane(width, 10);
      const Bytes alpha(width, 128);
      const auto pixels = static_cast<int>(width);
      kernels.luma({under.data(), 0, plane.data(), alpha.data(), 0, pixels, 1});
      EXPECT_EQ(under, Bytes(width, blend_byte(90, 10, 128))) << kernels.target;
    }
    const Scenery scenery(3);
    Bytes got = scenery.under;
    kernels.luma(scenery.luma(got, 70, 70, 0));
    for (std::size_t row = 0; row <= rows; ++row) {
      for (std::size_t x = 0; x < stride; ++x) {
        if (row < rows && x >= 70 && x < 140) continue;
        ASSERT_EQ(got[row * stride + x], scenery.under[row * stride + x]) << kernels.target;
      }
    }
  }
}

}  // namespace
}  // namespace xb::overlay
