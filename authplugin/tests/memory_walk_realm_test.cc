// Heimdal goes through all caches in the process' memory for an acceptor's credential, while other
// threads end theirs.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/memory_cache_walk.h"
#include "tests/support/plugin.h"

namespace negodbc::test {
namespace {

using namespace sspi_gssapi;

const GssLibrary& heimdal() {
  const auto loaded = load_library("heimdal");
  return *std::get<const GssLibrary*>(loaded);
}

PrivateCache::Ptr copy_of_the_users() {
  PrivateCache::Made made = PrivateCache::from_cache(heimdal(), environment("NEGODBC_CCACHE_TGT"));
  PrivateCache::Ptr* const cache = std::get_if<PrivateCache::Ptr>(&made);
  return cache == nullptr ? nullptr : *cache;
}

bool is_there(const std::string& cache) {
  const CacheView view = look_into_cache(heimdal(), cache);
  return view.code == 0 && !view.principal.empty();
}

TEST(MemoryWalk, Acceptors_come_while_private_caches_go) {
  prepare_acceptors();
  for (const char* package : {"Negotiate", "NTLM"}) {
    std::atomic<int> made{0};
    std::atomic<bool> stop{false};
    constexpr int kThreads = 4;
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        while (!stop) {
          constexpr int kCaches = 16;
          std::vector<PrivateCache::Ptr> caches;
          caches.reserve(kCaches);
          for (int n = 0; n < kCaches; ++n) caches.push_back(copy_of_the_users());
          // In the order of the library's list: a walk that stands at one goes on to the next.
          while (!caches.empty()) {
            made += caches.back() == nullptr ? 0 : 1;
            caches.pop_back();
          }
        }
      });
    }
    std::vector<std::thread> acceptors;
    acceptors.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      acceptors.emplace_back([&] {
        for (int n = 0; n < 25; ++n) acquire("heimdal", package, SECPKG_CRED_INBOUND);
      });
    }
    for (std::thread& thread : acceptors) thread.join();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    EXPECT_GT(made, 0) << package;
  }
}

TEST(MemoryWalk, What_ends_during_a_walk_is_destroyed_after_it) {
  PrivateCache::Ptr cache = copy_of_the_users();
  ASSERT_NE(cache, nullptr);
  const std::string name = cache->name();
  ASSERT_TRUE(is_there(name));
  {
    const MemoryCacheWalk walk(true);
    cache.reset();
    EXPECT_TRUE(is_there(name));
  }
  EXPECT_FALSE(is_there(name));
}

}  // namespace
}  // namespace negodbc::test
