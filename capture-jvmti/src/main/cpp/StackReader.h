// Reads the stack of the current thread and finds its trace, or makes it.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <cstdint>

#include "Budget.h"
#include "FrameTable.h"
#include "StringTable.h"
#include "ThreadState.h"
#include "TraceTable.h"

namespace tracemalloc {

/*
 * A stack is recognised by the VM's ids of its methods and the places in them, without looking up any name. Names are
 * resolved when a trace is met for the first time: its methods are running then, so their classes cannot be gone.
 *
 * More frames are read than the limit asks for: which of them are hidden, or work for their caller, is decided where
 * snapshots are written. For the depth of the whole stack, methods further out that may be hidden are kept, too.
 *
 * To read a stack is most of what a sample costs, and each frame costs the same. So samples know a trace by its inner
 * frames; its depth is that of the first stack that had these. The outer ones are not even read where a thread mostly meets
 * stacks that are known. Where every block is recorded, every depth is exact.
 */
class StackReader {
 public:
  // Frames beyond the limit.
  static constexpr uint32_t kSlack = 16;

  // Frames that are kept of a stack for which there is no more room: enough for the allocation site.
  static constexpr uint32_t kCutFrames = 8;

  StackReader(
      uint32_t limit, bool exactDepth, Budget& budget, StringTable& strings, FrameTable& frames, TraceTable& traces)
      : limit_(limit),
        exactDepth_(exactDepth),
        budget_(budget),
        strings_(strings),
        frames_(frames),
        traces_(traces) {}

  // The number of the trace, kNone if the VM does not tell or there is no memory.
  uint32_t read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread) const;

  // The number of one frame of the current thread; FrameTable::kNone if there is no memory.
  uint32_t frame(jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo& info) const;

  static constexpr uint32_t kNone = TraceTable::kNone;

 private:
  struct Stack {
    const jvmtiFrameInfo* frames;
    uint32_t depth;
  };

  uint32_t find(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint64_t key, const Stack& stack) const;
  bool fetchAll(jvmtiEnv* jvmti, ThreadState& thread, Stack* stack) const;
  bool fetch(jvmtiEnv* jvmti, ThreadState& thread, uint32_t most, Stack* stack) const;
  uint32_t resolve(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint64_t key, const Stack& stack) const;
  // Of how many frames all is told, and by which stacks are told apart.
  uint32_t innerOf(const Stack& stack) const;
  // Whether so many inner frames may be hidden that frames beyond them are told of.
  bool isLonger(const Trace& trace) const { return trace.length > limit_ + kSlack; }
  uint32_t add(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint64_t key, const Stack& stack, bool cut) const;
  uint32_t method(jvmtiEnv* jvmti, JNIEnv* env, jmethodID id) const;
  uint32_t line(jvmtiEnv* jvmti, const jvmtiFrameInfo& info) const;
  bool isTracers(const uint32_t* numbers, uint32_t length) const;

  const uint32_t limit_;
  const bool exactDepth_;
  Budget& budget_;
  StringTable& strings_;
  FrameTable& frames_;
  TraceTable& traces_;
};

}  // namespace tracemalloc
