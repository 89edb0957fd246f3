// Everything recorded between a start, or a clear, and the next one.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "ClassTable.h"
#include "FrameTable.h"
#include "Interval.h"
#include "LiveSet.h"
#include "RecordTable.h"
#include "StackReader.h"
#include "StringTable.h"
#include "ThreadState.h"
#include "TraceTable.h"

namespace tracemalloc {

struct SessionOptions {
  uint32_t frames;
  uint64_t interval;
  uint64_t memoryLimit;
  bool live;
  bool threads;
};

// Safe for any thread, but for its end.
class Session {
 public:
  // Null if there is no memory.
  static Session* create(const SessionOptions& options, StackWalk& walk);

  // Releases it; nobody may use it any more.
  static void destroy(Session* session, JNIEnv* env);

  // Records an allocation of the current thread, for which it waited under that interval. Returns true if the live set has
  // become too large. The thread is null if it has no Thread yet. Else the VM is asked about it, and not about whichever is
  // current: JDK 21 lets no virtual thread mount or unmount meanwhile, and waits for those that are about to.
  bool record(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, jthread current, jobject object, jclass type, jlong size,
              uint64_t waitInterval, uint32_t born);

  SessionOptions options;
  Interval interval;
  Budget budget;
  StringTable strings;
  FrameTable frames;
  TraceTable traces;
  ClassTable classes;
  RecordTable records;
  LiveSet live;
  // Events without a record.
  std::atomic<uint64_t> dropped{0};
  // Events whose traceback was cut for want of memory, and whose block size was not kept.
  std::atomic<uint64_t> cut{0};
  std::atomic<uint64_t> mixed{0};

  // Samples whose stack was known by its machine code.
  uint64_t recognised() const { return stacks_.recognised(); }

  // Samples that were found to have another trace than was known of their stack.
  uint64_t mistaken() const { return stacks_.mistaken(); }

  uint64_t overheadBytes() const { return sizeof(Session) + budget.used() + live.overheadBytes(); }

 private:
  Session(const SessionOptions& options, StackWalk& walk);

  uint32_t typeOf(jvmtiEnv* jvmti, JNIEnv* env, jclass type, uint32_t trace);
  uint32_t threadOf(jvmtiEnv* jvmti, JNIEnv* env, jthread current);
  uint32_t recordOf(const RecordKey& key, ThreadState& thread);

  StackReader stacks_;
};

}  // namespace tracemalloc
