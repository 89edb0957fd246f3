// Numbers of what is kept elsewhere, by keys of which the latest are known.
#pragma once

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "Index.h"

namespace tracemalloc {

/*
 * A cache of two ways with a fixed size: code is compiled anew, classes are loaded again, and both have new keys then.
 * Each entry is two words, the one being the key with the number folded in, so that one that another thread is half
 * through writing is of no key (Hyatt and Mann, A lockless transposition table implementation for parallel search, 2002).
 */
// Safe for any thread.
class NumberCache {
 public:
  explicit NumberCache(Budget& budget) : budget_(budget) {}
  ~NumberCache();

  NumberCache(const NumberCache&) = delete;
  NumberCache& operator=(const NumberCache&) = delete;

  // The number that was added with this key, kNone if it is not known any more.
  uint32_t find(uint64_t key) const;

  // In place of what was known longer; false if there is no memory.
  bool add(uint64_t key, uint32_t number);

  static constexpr uint32_t kNone = Index::kNone;

 private:
  struct Entry {
    std::atomic<uint64_t> folded;
    std::atomic<uint64_t> number;
  };

  static constexpr uint32_t kWays = 2;
  static constexpr uint32_t kSets = 1 << 13;
  static constexpr uint64_t kBytes = sizeof(Entry) * kWays * kSets;

  Entry* made();

  Budget& budget_;
  std::atomic<Entry*> entries_{nullptr};
};

}  // namespace tracemalloc
