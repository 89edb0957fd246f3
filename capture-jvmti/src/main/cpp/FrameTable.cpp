#include "FrameTable.h"

#include "Hash.h"

namespace tracemalloc {

namespace {

uint64_t hashOfMethod(uint64_t id) { return mix(id, 1); }

uint64_t hashOfFrame(uint32_t method, int64_t location) { return mix(method + 1ull, static_cast<uint64_t>(location)); }

}  // namespace

FrameTable::FrameTable(Budget& budget)
    : methodIndex_(budget), frameIndex_(budget), methods_(budget), frames_(budget) {}

uint32_t FrameTable::findMethod(uint64_t id) const {
  return methodIndex_.find(hashOfMethod(id), [&](uint32_t number) { return methods_[number].id == id; });
}

uint32_t FrameTable::addMethod(const Method& method) {
  Lock lock(lock_);
  uint32_t known = findMethod(method.id);
  if (known != kNone) {
    return known;
  }
  Method* added = methods_.reserve();
  if (added == nullptr || !methodIndex_.reserve()) {
    return kNone;
  }
  *added = method;
  uint32_t number = methods_.publish();
  methodIndex_.put(hashOfMethod(method.id), number);
  return number;
}

uint32_t FrameTable::findFrame(uint32_t method, int64_t location) const {
  return frameIndex_.find(hashOfFrame(method, location), [&](uint32_t number) {
    return frames_[number].method == method && frames_[number].location == location;
  });
}

uint32_t FrameTable::addFrame(const Frame& frame) {
  Lock lock(lock_);
  uint32_t known = findFrame(frame.method, frame.location);
  if (known != kNone) {
    return known;
  }
  Frame* added = frames_.reserve();
  if (added == nullptr || !frameIndex_.reserve()) {
    return kNone;
  }
  *added = frame;
  uint32_t number = frames_.publish();
  frameIndex_.put(hashOfFrame(frame.method, frame.location), number);
  return number;
}

}  // namespace tracemalloc
