#include "FrameTable.h"

#include "Hash.h"

namespace tracemalloc {

namespace {

uint64_t hashOfMethod(uint64_t id) { return mix(id, 1); }

uint64_t hashOfParts(const Method& method) {
  return mix(static_cast<uint64_t>(method.className) << 32 | method.name,
             static_cast<uint64_t>(method.descriptor) << 32 | method.lines);
}

bool haveSameParts(const Method& one, const Method& other) {
  return one.className == other.className && one.name == other.name && one.descriptor == other.descriptor &&
         one.sourceFile == other.sourceFile && one.lines == other.lines && one.isNative == other.isNative;
}

uint64_t hashOfFrame(uint32_t method, int64_t location) { return mix(method + 1ull, static_cast<uint64_t>(location)); }

}  // namespace

FrameTable::FrameTable(Budget& budget)
    : methodIndex_(budget),
      sameIndex_(budget),
      otherIds_(budget),
      frameIndex_(budget),
      methods_(budget),
      frames_(budget) {}

uint32_t FrameTable::findMethod(uint64_t id) const {
  uint32_t known = methodIndex_.find(hashOfMethod(id), [&](uint32_t number) { return methods_[number].id == id; });
  return known != kNone ? known : otherIds_.find(hashOfMethod(id));
}

uint32_t FrameTable::findSame(const Method& method) const {
  return sameIndex_.find(hashOfParts(method), [&](uint32_t number) { return haveSameParts(methods_[number], method); });
}

uint32_t FrameTable::addMethod(const Method& method) {
  uint32_t same = findSame(method);
  if (same == kNone) {
    Lock lock(lock_);
    same = findSame(method);
    if (same == kNone) {
      Method* added = methods_.reserve();
      if (added == nullptr || !methodIndex_.reserve() || !sameIndex_.reserve()) {
        return kNone;
      }
      *added = method;
      uint32_t number = methods_.publish();
      methodIndex_.put(hashOfMethod(method.id), number);
      sameIndex_.put(hashOfParts(method), number);
      return number;
    }
  }
  if (methods_[same].id != method.id) {
    otherIds_.add(hashOfMethod(method.id), same);
  }
  return same;
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
