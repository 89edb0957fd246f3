// Lists of frames as JVMTI tells them, each kept once.
#pragma once

#include <jvmti.h>

#include <cstdint>

#include "Arena.h"
#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"

namespace tracemalloc {

struct FrameList {
  const jvmtiFrameInfo* frames;
  uint32_t length;
};

// Safe for any thread.
class FrameLists {
 public:
  explicit FrameLists(Budget& budget);

  // The number of the list of these frames, which are copied if it is new; kNone if there is no memory.
  uint32_t intern(const jvmtiFrameInfo* frames, uint32_t length);

  const FrameList& operator[](uint32_t number) const { return lists_[number]; }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  uint32_t find(uint64_t hash, const jvmtiFrameInfo* frames, uint32_t length) const;

  Mutex lock_;
  Index index_;
  Column<FrameList> lists_;
  // Guarded by lock_.
  Arena frames_;
};

}  // namespace tracemalloc
