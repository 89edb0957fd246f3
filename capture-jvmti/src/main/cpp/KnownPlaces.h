// Which frames of Java the places on stacks stand for, as far as they were seen of late.
#pragma once

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "Index.h"

namespace tracemalloc {

/*
 * A cache of two ways with a fixed size: code is compiled anew, and interpreted methods get new keys with each class. Each entry is two words, the one being the key with the number folded
 * in, so that one that another thread is half through writing is of no key (Hyatt and Mann, A lockless transposition table
 * implementation for parallel search, 2002).
 */
// Safe for any thread.
class KnownPlaces {
 public:
  explicit KnownPlaces(Budget& budget) : budget_(budget) {}
  ~KnownPlaces();

  KnownPlaces(const KnownPlaces&) = delete;
  KnownPlaces& operator=(const KnownPlaces&) = delete;

  // The number of the list of frames, kNone if it is not known.
  uint32_t find(uint64_t key) const;

  // In place of what was known longer; false if there is no memory.
  bool add(uint64_t key, uint32_t frames);

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
