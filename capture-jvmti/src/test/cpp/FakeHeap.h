// Weak references without a VM: a JNIEnv of the few functions that the live set calls.
#pragma once

#include <jni.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

// Objects are numbers from 1 on. Safe for any thread.
class FakeHeap {
 public:
  static constexpr uint32_t kObjects = 1 << 20;

  FakeHeap();

  JNIEnv* env() { return &env_; }

  // A new object that a program holds, and a weak reference to it.
  jweak allocate();

  // The object of a reference can be reclaimed now.
  void drop(jweak object);

  // Reclaims what was dropped; what the agent itself allocated is always dropped.
  void collect();

  // Happens when this reference is deleted.
  void onDelete(jweak reference, std::function<void()> event) {
    awaited_ = reference;
    onDelete_ = std::move(event);
  }

  // Weak references that were not deleted.
  int64_t references() const { return references_.load(); }

  // What the live set takes canaries from: any class.
  static jclass canaryClass() { return reinterpret_cast<jclass>(1); }

 private:
  enum State : uint8_t { kHeld = 1, kDropped, kReclaimed };

  static FakeHeap* current;
  static jobject JNICALL allocObject(JNIEnv*, jclass);
  static jweak JNICALL newWeak(JNIEnv*, jobject);
  static void JNICALL deleteWeak(JNIEnv*, jweak);
  static void JNICALL deleteLocal(JNIEnv*, jobject);
  static jboolean JNICALL isSame(JNIEnv*, jobject, jobject);
  static void JNICALL clearException(JNIEnv*);

  JNINativeInterface_ functions_;
  JNIEnv env_;
  std::atomic<uint32_t> last_{0};
  std::atomic<int64_t> references_{0};
  std::atomic<uint8_t>* states_;
  jweak awaited_ = nullptr;
  std::function<void()> onDelete_;
};
