// What the agent keeps for each thread of the VM.
#pragma once

#include <jvmti.h>

#include <cstdint>

#include "Interval.h"
#include "Random.h"

namespace tracemalloc {

// How often something was so of late: up with each time it was, down with each it was not, between 0 and a bound.
class Tally {
 public:
  Tally(uint32_t first, uint32_t most) : count_(first), most_(most) {}

  bool isSo() const { return count_ > 0; }
  void note(bool so) {
    if (so && count_ < most_) {
      count_++;
    } else if (!so && count_ > 0) {
      count_--;
    }
  }

 private:
  uint32_t count_;
  const uint32_t most_;
};

// For a thread's next sample: how many bytes is drawn when the last one came, or when the thread was made.
struct Wait {
  // That under which it was drawn.
  uint64_t interval;
  // In which session that was, 0 if not known.
  uint64_t session;
};

/*
 * Only its own thread touches it.
 *
 * Found through a key of POSIX threads rather than thread_local: that would need one of two ways into the run-time linker,
 * of which musl refuses the one, and glibc needs a library by name for the other.
 */
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
  Tally known{0, 16};
  // Whether many could be walked.
  Tally walkable{64, 64};

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
  Wait wait = {kVmInterval, 0};

 private:
  explicit ThreadState(uint32_t number) : random(number * 0x9E3779B97F4A7C15ull), number_(number) {}

  static void release(void* state);

  uint32_t number_;
  uint32_t frameCapacity_ = 0;
  uint32_t numberCapacity_ = 0;
  jvmtiFrameInfo* frames_ = nullptr;
  uint32_t* numbers_ = nullptr;
};

}  // namespace tracemalloc
