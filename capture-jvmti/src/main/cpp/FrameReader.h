// Finds the frames of the current thread's stack in a table, with the names and lines that the VM tells.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <cstdint>

#include "FrameTable.h"
#include "StringTable.h"

namespace tracemalloc {

// The methods have to be running, so that their classes cannot be gone. Safe for any thread.
class FrameReader {
 public:
  FrameReader(StringTable& strings, FrameTable& frames) : strings_(strings), frames_(frames) {}

  // The number of a frame, or of a method; FrameTable::kNone if there is no memory.
  uint32_t frame(jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo& info) const;
  uint32_t method(jvmtiEnv* jvmti, JNIEnv* env, jmethodID id) const;

 private:
  // A hash of the numbers of all its lines.
  uint32_t lines(jvmtiEnv* jvmti, jmethodID id) const;
  uint32_t line(jvmtiEnv* jvmti, const jvmtiFrameInfo& info) const;

  StringTable& strings_;
  FrameTable& frames_;
};

}  // namespace tracemalloc
