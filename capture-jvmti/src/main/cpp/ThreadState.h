// What the agent keeps for each thread of the VM.
#pragma once

#include <jvmti.h>

#include <cstdint>

#include "Random.h"

namespace tracemalloc {

/*
 * Found through a key of POSIX threads rather than thread_local: that would need one of two ways into the run-time linker,
 * of which musl refuses the one, and glibc needs a library by name for the other.
 */
// Only its own thread touches it.
class ThreadState {
 public:
  enum class Kind : uint8_t { kUnknown, kApplication, kTracer };

  // To be called once, before anything else; false if the process has no more keys.
  static bool prepare();

  // That of the current thread, made if it is new; null if there is no memory for one.
  static ThreadState* current();

  // Room for so many frames, or their numbers; what was in it is lost when it grows. Null if there is no memory.
  jvmtiFrameInfo* frames(uint32_t capacity);
  uint32_t* numbers(uint32_t capacity);

  uint32_t frameCapacity() const { return frameCapacity_; }

  // Whether most of the stacks that it met of late were known: one that is not takes two readings then.
  bool stacksAreKnown() const { return known_ > 0; }
  void metStack(bool known) {
    if (known && known_ < kMostKnown) {
      known_++;
    } else if (!known && known_ > 0) {
      known_--;
    }
  }

  // Whether to walk the stack: where few stacks are known by their machine code, seldom.
  bool isToWalk() { return recognised_ > 0 || random.oneIn(4); }
  void walked(bool known) {
    if (known && recognised_ < kMostRecognised) {
      recognised_++;
    } else if (!known && recognised_ > 0) {
      recognised_--;
    }
  }

  // Spreads threads over stripes.
  uint32_t number() const { return number_; }

  Random random;
  // Above 0 while the thread does the tracer's own work.
  uint32_t quiet = 0;
  Kind kind = Kind::kUnknown;
  // Events that reached it, recorded or not.
  uint64_t events = 0;
  // Length of the class file that the VM is showing to agents on this thread, and copies for those written in Java; or 0.
  jint classFile = 0;
  // By how many frames beyond the limit its last stack was known.
  uint32_t slack = 0;
  // The last session in which it was sampled, and the interval then.
  uint64_t session = 0;
  uint64_t interval = 0;

 private:
  static constexpr int kMostKnown = 16;
  static constexpr int kMostRecognised = 64;

  explicit ThreadState(uint32_t number) : random(number * 0x9E3779B97F4A7C15ull), number_(number) {}

  static void release(void* state);

  uint32_t number_;
  int known_ = 0;
  int recognised_ = kMostRecognised;
  uint32_t frameCapacity_ = 0;
  uint32_t numberCapacity_ = 0;
  jvmtiFrameInfo* frames_ = nullptr;
  uint32_t* numbers_ = nullptr;
};

}  // namespace tracemalloc
