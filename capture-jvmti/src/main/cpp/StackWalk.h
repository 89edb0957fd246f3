// Tells the stacks of machine code apart, without asking the VM for their frames.
#pragma once

#include <jni.h>

#include <atomic>
#include <cstdint>

#include "VmStructs.h"

namespace tracemalloc {

/*
 * JVMTI reads a stack in some 250 ns a frame: it decodes debug information, and keeps track of saved registers that it then
 * does not need. But a place in machine code always stands for the same frames of Java, however many methods are inlined
 * there. So a stack that was read once is known again by its return addresses. To find those takes, per frame of machine
 * code, the size of the frame, which stands in the header of the code: async-profiler and the VM itself walk so.
 *
 * What a key has of each frame, so that the same key always means the same frames of Java:
 *   compiled code     the return address, and the number of the compilation: addresses are used again
 *   interpreter       the method, the byte code, and the generation of methods: addresses of methods are used again once a
 *                     class was unloaded or redefined, and only for a class that is prepared or redefined after that.
 *                     The VM does not show agents of this kind when a class is retransformed.
 *   between frames    of native code back to Java: nothing; the VM leaves a record of where Java goes on
 * A frame whose return address was replaced, since its code is deoptimized or the frame is still in the heap (virtual
 * threads), or anything else that is not one of these, has no key.
 *
 * Nothing is read but the thread's own stack between its bounds, the headers of code on it, which therefore cannot go away,
 * and the tables that tell where code begins.
 */
// Safe for any thread.
class StackWalk {
 public:
  struct Key {
    uint64_t hash;
    // Whether no frame is left out.
    bool isWhole;
  };

  explicit StackWalk(const VmStructs& vm) : vm_(vm) {}

  StackWalk(const StackWalk&) = delete;
  StackWalk& operator=(const StackWalk&) = delete;

  // Learns from the current thread where the VM keeps what belongs to a JNIEnv; on a virtual thread it learns nothing.
  void prepare(JNIEnv* env);

  // The key of so many frames of machine code, the innermost of the current thread's stack, or all; false if it has none.
  bool walk(JNIEnv* env, uint32_t frames, Key* key) const;

  // Methods that were in memory may be replaced by others from now on.
  void renewMethods() { generation_.fetch_add(1, std::memory_order_relaxed); }

  // Gives up for good.
  void disable() { environment_.store(kGivenUp, std::memory_order_relaxed); }

 private:
  struct Bounds;
  struct Frame;

  static constexpr int64_t kUnknown = 0;
  static constexpr int64_t kGivenUp = -1;

  // Each goes from a frame to the one that called it; false if that cannot be told.
  bool leaveNative(const Bounds& stack, Frame* frame, bool* isBottom) const;
  bool leaveInterpreted(const Bounds& stack, uint64_t generation, Frame* frame, uint64_t* hash) const;
  bool leaveCompiled(const Bounds& stack, Frame* frame, uint64_t* hash, uint32_t* count) const;
  const char* blobOf(const char* pc) const;
  bool isInterpreter(const char* pc) const;

  const VmStructs vm_;
  // How many bytes a thread's JNIEnv lies behind what the VM keeps of the thread.
  std::atomic<int64_t> environment_{kUnknown};
  std::atomic<uint64_t> generation_{0};
};

}  // namespace tracemalloc
