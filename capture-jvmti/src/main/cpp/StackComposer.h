// Puts the frames of a stack together from what JVMTI told of its places on other stacks.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <cstdint>

#include "Budget.h"
#include "FrameLists.h"
#include "NumberCache.h"
#include "StackWalk.h"

namespace tracemalloc {

/*
 * A place always stands for the same frames, so the stack that a place is on does not matter. Which of the frames of a whole
 * stack are whose is told by how many methods are inlined at each place (DebugInfo), and believed where the sum is the depth.
 */
// Safe for any thread.
class StackComposer {
 public:
  StackComposer(StackWalk& walk, Budget& budget) : walk_(walk), places_(budget), lists_(budget) {}

  // So many of the current thread's innermost frames, or all, and how many these are, as GetStackTrace tells them; false if
  // a place is new, or where the stack cannot be walked.
  bool compose(JNIEnv* env, jvmtiFrameInfo* frames, uint32_t most, uint32_t* length, bool* hasNewPlace) const;

  // Keeps which of the frames of the current thread's stack, which are all, its places stand for; false if that cannot be
  // told, or there is no memory. The counts are room for as many numbers.
  bool learn(JNIEnv* env, const jvmtiFrameInfo* frames, uint32_t depth, uint32_t* counts);

 private:
  class Composed;
  class Measured;
  class Learned;

  StackWalk& walk_;
  NumberCache places_;
  FrameLists lists_;
};

}  // namespace tracemalloc
