// Goes over stacks of machine code, without asking the VM for their frames.
#pragma once

#include <jni.h>

#include <atomic>
#include <cstdint>

#include "DebugInfo.h"
#include "VmStructs.h"

namespace tracemalloc {

/*
 * JVMTI reads a stack in some 250 ns a frame: it decodes debug information, and keeps track of saved registers that it then
 * does not need. But a place in machine code always stands for the same frames of Java, however many methods are inlined
 * there. So the places of a stack that JVMTI read once are known again by their return addresses, on whatever stack. To find
 * those takes, per frame of machine code, the size of the frame, which stands in the header of the code: async-profiler and
 * the VM itself walk so.
 *
 * What the key of a place has, so that the same key always means the same frames of Java:
 *   compiled code     the return address, and the number of the compilation: addresses are used again
 *   interpreter       the method, the byte code, and the generation of methods: addresses of methods are used again once a
 *                     class was unloaded or redefined, and only for a class that is prepared or redefined after that.
 *                     The VM does not show agents of this kind when a class is retransformed.
 * Of native code back to Java, the VM leaves a record of where Java goes on. Where a return address was replaced, since its
 * code is deoptimized or the frame is still in the heap (virtual threads), and at anything else that is not one of these,
 * the walk ends.
 *
 * Nothing is read but the thread's own stack between its bounds, the headers of code on it, which therefore cannot go away,
 * and the tables that tell where code begins.
 */
// Safe for any thread.
class StackWalk {
 public:
  // A frame of machine code.
  struct Place {
    uint64_t key;
    // Compiled code and the address in it; null where it is one frame of Java.
    const char* code;
    const char* pc;
    // Whether a native method is called here.
    bool isNative;
  };

  class Visitor {
   public:
    // From the innermost place outward; false to see no more.
    virtual bool visit(const Place& place) = 0;

   protected:
    ~Visitor() = default;
  };

  enum class End { kStopped, kWhole, kNotWalkable };

  explicit StackWalk(const VmStructs& vm) : vm_(vm), debugInfo_(vm_) {}

  StackWalk(const StackWalk&) = delete;
  StackWalk& operator=(const StackWalk&) = delete;

  // Learns from the current thread where the VM keeps what belongs to a JNIEnv; on a virtual thread it learns nothing.
  void prepare(JNIEnv* env);

  // Shows the places of the current thread's stack.
  End walk(JNIEnv* env, Visitor& visitor) const;

  // How many frames of Java a place stands for; 0 if that is not known.
  uint32_t framesAt(JNIEnv* env, const Place& place) const;

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
  bool leaveInterpreted(const Bounds& stack, uint64_t generation, Frame* frame, Place* place) const;
  bool leaveCompiled(const Bounds& stack, Frame* frame, Place* place) const;
  const char* blobOf(const char* pc) const;
  bool isInterpreter(const char* pc) const;

  const VmStructs vm_;
  const DebugInfo debugInfo_;
  // How many bytes a thread's JNIEnv lies behind what the VM keeps of the thread.
  std::atomic<int64_t> environment_{kUnknown};
  std::atomic<uint64_t> generation_{0};
};

}  // namespace tracemalloc
