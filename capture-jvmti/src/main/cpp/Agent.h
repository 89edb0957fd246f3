// The agent inside the VM: its events, and the session that they are recorded in.
#pragma once

#include <jni.h>
#include <jvmti.h>

#include <atomic>
#include <cstdint>

#include "Linkages.h"
#include "Mutex.h"
#include "Phaser.h"
#include "Session.h"
#include "Signal.h"
#include "StackWalk.h"
#include "VmStructs.h"

namespace tracemalloc {

/*
 * field      | read                     | write               | guard
 * session_   | callbacks, natives       | start, stop, clear  | written under lifecycle_; readers count themselves in readers_
 * periods_   | callbacks, poll          | end of a collection | atomic
 * jvmti_     | anywhere                 | acquire             | written once, under lifecycle_, before any event
 * following_ | callbacks, the following thread | start, stop  | atomic
 * dying_     | the following thread     | end of the VM       | atomic
 * interval_  | callbacks                | start, stop, clear, callbacks, load of the library | atomic; told to the VM under lifecycle_
 * walk_      | callbacks                | start, callbacks    | atomics
 */
class Agent {
 public:
  static Agent& instance();

  void setVm(JavaVM* vm) { vm_ = vm; }

  // Takes what a session needs from the VM; the error if it does not give it. To be called again is harmless.
  jvmtiError acquire();

  // Gives back what other agents may be waiting for, unless the agent was there from the VM's start.
  void release();

  // Makes threads draw their first sample under this interval; for the start of the VM, on its first thread.
  void sampleFromStart(uint64_t interval);

  void stayFromStart() { fromStart_ = true; }

  jvmtiEnv* jvmti() const { return jvmti_; }

  // Begins a session; the error if the VM refuses.
  jvmtiError start(JNIEnv* env, const SessionOptions& options);

  void stop(JNIEnv* env);

  // Begins the session anew; false if there is no memory.
  bool clear(JNIEnv* env);

  // Allocates on this thread until its samples follow the interval of the session.
  void drain(JNIEnv* env);

  // Waits for the end of a collection, or some time; false if the session ended.
  bool awaitCollection(uint64_t following);

  const Linkages& linkages() const { return linkages_; }

  // Names the session that began last, for awaitCollection.
  uint64_t following() const { return following_.load(std::memory_order_acquire); }

  jclass canaryClass() const { return canaryClass_; }
  const std::atomic<uint32_t>& periods() const { return periods_; }

  // The session, as long as this lives.
  class Guard {
   public:
    Guard();
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    explicit operator bool() const { return session_ != nullptr; }
    Session* get() const { return session_; }
    Session* operator->() const { return session_; }
    Session& operator*() const { return *session_; }

   private:
    uint32_t stripe_;
    uint32_t phase_;
    Session* session_;
  };

 private:
  Agent() = default;

  static void JNICALL onThread(jvmtiEnv*, JNIEnv*, jthread);
  static void JNICALL onSampled(jvmtiEnv*, JNIEnv*, jthread, jobject, jclass, jlong);
  static void JNICALL onCollected(jvmtiEnv*);
  static void JNICALL onDeath(jvmtiEnv*, JNIEnv*);
  static void JNICALL onLoaded(jvmtiEnv*, JNIEnv*, jthread, jclass);
  static void JNICALL onPrepared(jvmtiEnv*, JNIEnv*, jthread, jclass);
  static void JNICALL onClassFile(jvmtiEnv*, JNIEnv*, jclass, jobject, const char*, jobject, jint, const unsigned char*,
                                  jint*, unsigned char**);

  void sampled(JNIEnv* env, ThreadState& state, jthread thread, jobject object, jclass type, jlong size,
               Wait waited);
  bool isTracers(JNIEnv* env, jthread thread, ThreadState& state);
  bool isCopyOfClassFile(JNIEnv* env, const ThreadState& state, jclass type, jlong size);
  Wait nextWait() const { return {interval_.load(std::memory_order_relaxed), following()}; }
  void markThreads(JNIEnv* env);
  bool isMarked();
  jvmtiError acquireLocked();
  jvmtiError setInterval(uint64_t interval);
  void followInterval(const Guard& session);
  jvmtiError enable(jvmtiEventMode mode, bool live);
  void replace(JNIEnv* env, Session* next);

  JavaVM* vm_ = nullptr;
  jvmtiEnv* jvmti_ = nullptr;
  bool fromStart_ = false;
  bool holds_ = false;
  bool waitsWhileOff_ = false;
  jclass canaryClass_ = nullptr;
  jclass bytesClass_ = nullptr;
  Mutex lifecycle_;
  Phaser readers_;
  Signal collected_;
  Linkages linkages_;
  StackWalk walk_{VmStructs::find()};
  std::atomic<Session*> session_{nullptr};
  std::atomic<uint32_t> periods_{1};
  std::atomic<uint64_t> interval_{kVmInterval};
  std::atomic<uint64_t> following_{1};
  std::atomic<bool> dying_{false};
};

}  // namespace tracemalloc
