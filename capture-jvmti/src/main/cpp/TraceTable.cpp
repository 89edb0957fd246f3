#include "TraceTable.h"

#include <cstring>

namespace tracemalloc {

namespace {

constexpr uint32_t kBlockFrames = 8 * 1024;

}  // namespace

TraceTable::TraceTable(Budget& budget)
    : index_(budget), otherKeys_(budget), traces_(budget), frames_(budget, kBlockFrames * sizeof(uint32_t)) {}

uint32_t TraceTable::find(uint64_t key) const {
  uint32_t known = index_.find(key, [&](uint32_t number) { return traces_[number].key == key; });
  return known != kNone ? known : otherKeys_.find(key);
}

uint32_t TraceTable::add(const Trace& trace) {
  Lock lock(lock_);
  uint32_t known = find(trace.key);
  if (known != kNone) {
    return known;
  }
  Trace* added = traces_.reserve();
  uint32_t* frames = added != nullptr && index_.reserve() ? copy(trace.frames, trace.length + trace.outerMethods) : nullptr;
  if (frames == nullptr) {
    return kNone;
  }
  *added = trace;
  added->frames = frames;
  uint32_t number = traces_.publish();
  index_.put(trace.key, number);
  return number;
}

uint32_t* TraceTable::copy(const uint32_t* frames, uint32_t length) {
  uint32_t* kept = static_cast<uint32_t*>(frames_.take(length * sizeof(uint32_t)));
  if (kept != nullptr && length > 0) {
    memcpy(kept, frames, length * sizeof(uint32_t));
  }
  return kept;
}

}  // namespace tracemalloc
