// Stacks as the VM shows them, each kept once: the frames from the allocation outward, and the depth of the whole.
#pragma once

#include <cstdint>

#include "Arena.h"
#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"
#include "NumberCache.h"

namespace tracemalloc {

struct Trace {
  uint64_t key;
  // The numbers of the frames, then those of methods further out that may be hidden: whether they count is decided later.
  const uint32_t* frames;
  uint32_t length;
  uint32_t outerMethods;
  uint32_t depth;
  bool ignored;  // The tracer itself allocates: not recorded.
  bool cut;      // Frames are missing for want of memory.
  bool forks;    // No trace: stacks with this key are told apart by a longer one.
  // Of the class that was allocated last, plus 1; atomic.
  uint32_t lastClass;
};

/*
 * A trace is found by a 64-bit hash of what the VM tells of the innermost frames, and never compared frame by frame: among a million
 * traces, two share a hash with a probability of 3 in 100 million. In exchange the frames of a known trace are not looked
 * up one by one.
 */
// Safe for any thread.
class TraceTable {
 public:
  explicit TraceTable(Budget& budget);

  uint32_t find(uint64_t key) const;

  // Adds a trace, or finds that another thread did; kNone if there is no memory. The frames are copied.
  uint32_t add(const Trace& trace);

  // Makes a trace known by another key, as long as there is room in a cache of these.
  void addKey(uint64_t key, uint32_t number) { otherKeys_.add(key, number); }

  // The number of the class that was allocated last, kNone if there was none.
  uint32_t lastClass(uint32_t number) const { return __atomic_load_n(&traces_[number].lastClass, __ATOMIC_ACQUIRE) - 1; }
  void setLastClass(uint32_t number, uint32_t type) {
    __atomic_store_n(&traces_[number].lastClass, type + 1, __ATOMIC_RELEASE);
  }

  const Trace& operator[](uint32_t number) const { return traces_[number]; }
  uint32_t size() const { return traces_.size(); }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  uint32_t* copy(const uint32_t* frames, uint32_t length);

  Mutex lock_;
  Index index_;
  NumberCache otherKeys_;
  Column<Trace> traces_;
  // Guarded by lock_.
  Arena frames_;
};

}  // namespace tracemalloc
