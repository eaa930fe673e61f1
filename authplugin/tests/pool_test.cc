// The pool: blocks come back, wiped, bounded, and can be switched off.
#include "negotiate/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "negotiate/secret_bytes.h"

namespace negodbc::test {
namespace {

using auth::pool_counters;
using auth::pool_give;
using auth::pool_take;

class Pool : public testing::Test {
 protected:
  Pool() { auth::pool_enable(true); }
};

TEST_F(Pool, ABlockComesBack) {
  void* const first = pool_take(100);
  pool_give(first, 100);
  const auto before = pool_counters();
  void* const second = pool_take(120);  // of the same size of block
  EXPECT_EQ(second, first);
  EXPECT_EQ(pool_counters().from_heap, before.from_heap);
  EXPECT_EQ(pool_counters().taken, before.taken + 1);
  pool_give(second, 120);
}

TEST_F(Pool, WhatWasInItIsWiped) {
  constexpr std::size_t kSize = 4096;
  auto* const block = static_cast<unsigned char*>(pool_take(kSize));
  std::memset(block, 0x5A, kSize);
  pool_give(block, kSize);
  auto* const again = static_cast<unsigned char*>(pool_take(kSize));
  ASSERT_EQ(again, block);
  // The pool's own link lies in front.
  EXPECT_TRUE(std::all_of(again + sizeof(void*), again + kSize,
                          [](unsigned char byte) { return byte == 0; }));
  pool_give(again, kSize);
}

TEST_F(Pool, EverySizeIsHeldAndWritable) {
  std::vector<std::pair<void*, std::size_t>> blocks;
  for (std::size_t size = 0; size < 400'000; size = size * 3 / 2 + 1) {
    void* const block = pool_take(size);
    std::memset(block, 0x77, size);
    blocks.emplace_back(block, size);
  }
  const std::set<std::pair<void*, std::size_t>> distinct(blocks.begin(), blocks.end());
  EXPECT_EQ(distinct.size(), blocks.size());
  for (const auto& [block, size] : blocks) pool_give(block, size);
}

TEST_F(Pool, KeepsNoMoreThanItMay) {
  constexpr std::size_t kSize = std::size_t{64} * 1024;
  constexpr std::size_t kBlocks = 64;  // 4 MiB
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < kBlocks; ++i) blocks.push_back(pool_take(kSize));
  for (void* block : blocks) pool_give(block, kSize);
  const auto before = pool_counters();
  blocks.clear();
  for (std::size_t i = 0; i < kBlocks; ++i) blocks.push_back(pool_take(kSize));
  EXPECT_GT(pool_counters().from_heap - before.from_heap, kBlocks / 2) << "most were freed";
  for (void* block : blocks) pool_give(block, kSize);
}

TEST_F(Pool, OffEveryBlockIsOfTheHeap) {
  pool_give(pool_take(100), 100);
  auth::pool_enable(false);
  const auto before = pool_counters();
  pool_give(pool_take(100), 100);
  EXPECT_EQ(pool_counters().from_heap, before.from_heap + 1);
  auth::pool_enable(true);
}

TEST_F(Pool, ThreadsMayGiveWhatOthersTook) {
  const auto before = pool_counters();
  std::atomic<int> overwritten = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t, &overwritten] {
      const std::byte own{static_cast<unsigned char>(t + 1)};
      const auto is_own = [own](std::byte byte) { return byte == own; };
      std::vector<auth::SecretBytes> kept;
      const auto look = [&] {
        for (const auth::SecretBytes& block : kept)
          if (!std::all_of(block.begin(), block.end(), is_own)) ++overwritten;
      };
      for (std::size_t i = 0; i < 500; ++i) {
        kept.emplace_back(i % 3000 + 1, own);
        if (i % 50 != 49) continue;
        look();
        if (i % 100 == 99) kept.clear();
      }
      kept.emplace_back(1000, own);
      std::thread([gone = std::move(kept)]() mutable { gone.clear(); }).join();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(overwritten, 0) << "a block was given to two at once";
  const auto after = pool_counters();
  EXPECT_LT(after.from_heap - before.from_heap, after.taken - before.taken)
      << "nothing that was given was taken again";
}

}  // namespace
}  // namespace negodbc::test
