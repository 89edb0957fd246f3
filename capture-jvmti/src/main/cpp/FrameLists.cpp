#include "FrameLists.h"

#include <cstring>

#include "Hash.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kBlockFrames = 1024;

uint64_t hashOf(const jvmtiFrameInfo* frames, uint32_t length) {
  return length == 0 ? 0 : hashBytes(reinterpret_cast<const char*>(frames), length * sizeof(jvmtiFrameInfo));
}

}  // namespace

FrameLists::FrameLists(Budget& budget)
    : index_(budget), lists_(budget), frames_(budget, kBlockFrames * sizeof(jvmtiFrameInfo)) {}

uint32_t FrameLists::intern(const jvmtiFrameInfo* frames, uint32_t length) {
  uint64_t hash = hashOf(frames, length);
  uint32_t known = find(hash, frames, length);
  if (known != kNone) {
    return known;
  }
  Lock lock(lock_);
  known = find(hash, frames, length);
  if (known != kNone) {
    return known;
  }
  FrameList* added = lists_.reserve();
  void* kept = added != nullptr && index_.reserve() ? frames_.take(length * sizeof(jvmtiFrameInfo)) : nullptr;
  if (kept == nullptr) {
    return kNone;
  }
  if (length > 0) {
    memcpy(kept, frames, length * sizeof(jvmtiFrameInfo));
  }
  *added = {static_cast<const jvmtiFrameInfo*>(kept), length};
  uint32_t number = lists_.publish();
  index_.put(hash, number);
  return number;
}

uint32_t FrameLists::find(uint64_t hash, const jvmtiFrameInfo* frames, uint32_t length) const {
  return index_.find(hash, [&](uint32_t number) {
    const FrameList& list = lists_[number];
    return list.length == length && (length == 0 || memcmp(list.frames, frames, length * sizeof(jvmtiFrameInfo)) == 0);
  });
}

}  // namespace tracemalloc
