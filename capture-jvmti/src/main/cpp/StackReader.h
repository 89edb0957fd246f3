// Reads the stack of the current thread and finds its trace, or makes it.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "FrameReader.h"
#include "FrameTable.h"
#include "StackComposer.h"
#include "StackWalk.h"
#include "StringTable.h"
#include "ThreadState.h"
#include "TraceTable.h"

namespace tracemalloc {

/*
 * A stack is recognised by the VM's ids of its methods and the places in them, without looking up any name. Names are
 * resolved when a trace is met for the first time: its methods are running then, so their classes cannot be gone.
 *
 * A class that is loaded again has methods with new ids. Their names tell that they are known by other ones, and so the
 * stack has the trace that it would have with these.
 *
 * A trace has as many frames as the limit asks for, not counting those that may be hidden or work for their caller: which
 * of them do is decided where snapshots are written. For the depth of the whole stack, methods further out that may be
 * hidden are kept, too.
 *
 * To read a stack is most of what a sample costs, and each frame costs the same. So samples know a trace by its
 * innermost frames; its depth is that of the first stack that had these. The outer ones are not even read where a thread
 * mostly meets stacks that are known. Where every block is recorded, every depth is exact.
 *
 * Where the VM can be walked, stacks are put together from places that are known (StackComposer), and JVMTI reads none of
 * them but one in 64, which has to have the same trace; should one ever not have it, that way is given up.
 *
 * The key has some frames more than the limit. Where too many of these may be hidden, the trace has frames beyond them; where
 * all are the JDK's, one beyond them tells whether the tracer called it. So those have to be in the key: four times as many
 * more, and so on. In place of a trace, the shorter key leads to a fork.
 */
class StackReader {
 public:
  // Frames beyond the limit that the shortest key has: of samples, and where every block is recorded.
  static constexpr uint32_t kSampleSlack = 4;
  static constexpr uint32_t kExactSlack = 16;
  static constexpr uint32_t kSlackGrowth = 4;

  // Frames beyond the limit in which the method that has a constructor reference is looked for: where the object is made,
  // nothing tells of it.
  static constexpr uint32_t kReferenceSlack = 16;

  // Innermost frames in which the tracer is looked for as the one that called the JDK.
  static constexpr uint32_t kTracerFrames = 256;

  // Frames that are kept of a stack for which there is no more room: enough for the allocation site.
  static constexpr uint32_t kCutFrames = 8;

  StackReader(
      uint32_t limit, bool exactDepth, StackWalk& walk, Budget& budget, StringTable& strings, FrameTable& frames,
      TraceTable& traces)
      : limit_(limit),
        exactDepth_(exactDepth),
        walk_(walk),
        composer_(walk, budget),
        budget_(budget),
        strings_(strings),
        frames_(frames),
        reader_(strings, frames),
        traces_(traces) {}

  // The number of the trace of the current thread, which is null if it has no Thread yet; kNone if the VM does not tell or
  // there is no memory.
  uint32_t read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, jthread current);

  // How many stacks were put together from known places.
  uint64_t recognised() const { return recognised_.load(std::memory_order_relaxed); }

  // How many stacks of those that were read again, to be checked, had another trace.
  uint64_t mistaken() const { return mistaken_.load(std::memory_order_relaxed); }

  static constexpr uint32_t kNone = TraceTable::kNone;

 private:
  struct Stack {
    jthread thread;
    // Put together from known places, or to be; false once JVMTI has read it.
    bool isComposed;
    bool hasNewPlace;
    const jvmtiFrameInfo* frames;
    // Of what was read.
    uint32_t depth;
    bool isWhole;
  };

  // The innermost frames of a stack that are in its key, and the depth that is.
  struct Extent {
    uint32_t length;
    uint64_t depth;
  };

  // Of the stacks of known places, 1 in 2^6 is read by JVMTI; where few can be walked, 1 in 2^4 is tried.
  static constexpr uint32_t kChecks = 6;
  static constexpr uint32_t kRareWalks = 4;

  uint32_t readFrames(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack) const;
  // Whether two traces have the same frames, whatever the VM's ids of their methods.
  bool haveSameNames(uint32_t one, uint32_t other) const;
  // The whole stack, or at most so many of its innermost frames.
  bool fetchAll(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack) const;
  bool fetch(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint32_t most, Stack* stack) const;
  // The same, whichever suits what is read already.
  bool fetchMore(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint32_t most, Stack* stack) const;
  // Reads a stack with a new place, so that the next one with it is put together; false if that did not work out.
  bool learn(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack);
  // Of the innermost frames of a stack, of which as many were read.
  uint64_t keyOf(const Stack& stack, uint32_t slack) const;
  Extent extentOf(const Stack& stack, uint32_t slack) const;
  // The same with the first ids of its methods.
  uint64_t firstKeyOf(jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo* frames, const Extent& extent) const;
  // Whether a method was met first with another id.
  bool isRenamed(uint32_t method, jmethodID id) const {
    return frames_.method(method).id != reinterpret_cast<uint64_t>(id);
  }
  // Adds a trace with the key of these frames. If methods were renamed it is, or becomes, that of their first ids.
  uint32_t addWithKey(jvmtiEnv* jvmti, JNIEnv* env, Trace* trace, const jvmtiFrameInfo* frames, const Extent& extent,
                      bool renamed) const;
  // A new trace of a whole stack, told apart from others by that many of its innermost frames or more.
  uint32_t add(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack, uint32_t slack) const;
  // For want of memory, one of the allocation site alone.
  uint32_t addSite(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack) const;
  // Whether the tracer allocates, by itself or through the JDK, as far as frames up to this method's tell.
  enum class Caller { kUnknown, kProgram, kTracer };
  Caller callerOf(Caller inner, const Method& method) const;

  const uint32_t limit_;
  const bool exactDepth_;
  StackWalk& walk_;
  StackComposer composer_;
  std::atomic<uint64_t> recognised_{0};
  std::atomic<uint64_t> mistaken_{0};
  Budget& budget_;
  const StringTable& strings_;
  const FrameTable& frames_;
  const FrameReader reader_;
  TraceTable& traces_;
};

}  // namespace tracemalloc
