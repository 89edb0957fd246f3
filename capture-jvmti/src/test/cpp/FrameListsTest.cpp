#include "FrameLists.h"

#include "Checks.h"

using namespace tracemalloc;

namespace {

jvmtiFrameInfo frame(uintptr_t method, jlocation location) {
  return {reinterpret_cast<jmethodID>(method), location};
}

void eachListIsKeptOnce() {
  Budget budget(1 << 20);
  FrameLists lists(budget);
  jvmtiFrameInfo frames[] = {frame(1, 10), frame(2, 20), frame(1, 10)};
  uint32_t two = lists.intern(frames, 2);
  uint32_t one = lists.intern(frames, 1);
  uint32_t none = lists.intern(frames, 0);

  CHECK(two != one && one != none && none != two);
  CHECK_EQUAL(one, lists.intern(frames + 2, 1));
  CHECK_EQUAL(none, lists.intern(nullptr, 0));
  frames[1].location = 21;
  CHECK(lists.intern(frames, 2) != two);
  CHECK_EQUAL(2, lists[two].length);
  CHECK_EQUAL(20, lists[two].frames[1].location);
  CHECK_EQUAL(0, lists[none].length);
}

void withoutMemoryThereIsNoList() {
  Budget budget(8);
  FrameLists lists(budget);
  jvmtiFrameInfo frames[] = {frame(1, 10)};
  CHECK_EQUAL(FrameLists::kNone, lists.intern(frames, 1));
}

}  // namespace

void testFrameLists() {
  eachListIsKeptOnce();
  withoutMemoryThereIsNoList();
}
