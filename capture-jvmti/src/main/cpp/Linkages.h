// Where lambdas were linked: a constructor reference, Foo::new, allocates in a hidden class that has no lines of its own.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <cstdint>

#include "Budget.h"
#include "Column.h"
#include "FrameReader.h"
#include "FrameTable.h"
#include "Index.h"
#include "Mutex.h"
#include "StringTable.h"

namespace tracemalloc {

// Outlives sessions, since a lambda is linked once. Safe for any thread.
class Linkages {
 public:
  Linkages();

  // A class was prepared on the current thread. If it is a lambda's, the line that is being linked is noted.
  void note(jvmtiEnv* jvmti, JNIEnv* env, jthread current, jclass prepared);

  // The number of the frame in which a lambda class was linked, kNone if that is not known.
  uint32_t find(const char* signature) const;

  const Frame& frame(uint32_t number) const { return frames_.frame(number); }
  const Method& method(const Frame& frame) const { return frames_.method(frame.method); }
  const char* string(uint32_t number) const { return strings_[number]; }
  uint64_t overheadBytes() const { return budget_.used(); }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  struct Linkage {
    uint32_t lambda;
    std::atomic<uint32_t> frame;
  };

  uint32_t linkedFrame(jvmtiEnv* jvmti, JNIEnv* env, jthread current, const char* signature, size_t hostLength);
  void put(uint32_t lambda, uint32_t frame);

  Budget budget_;
  StringTable strings_;
  FrameTable frames_;
  FrameReader reader_;
  Mutex lock_;
  Index index_;
  Column<Linkage> linkages_;
};

}  // namespace tracemalloc
