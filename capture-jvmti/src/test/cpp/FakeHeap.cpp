#include "FakeHeap.h"

#include "Checks.h"

FakeHeap* FakeHeap::current = nullptr;

namespace {

uintptr_t numberOf(jobject object) { return reinterpret_cast<uintptr_t>(object); }

}  // namespace

FakeHeap::FakeHeap() : functions_(), env_() {
  static std::atomic<uint8_t> states[kObjects];
  states_ = states;
  for (uint32_t i = 0; i < kObjects; i++) {
    states_[i] = 0;
  }
  functions_.AllocObject = allocObject;
  functions_.NewWeakGlobalRef = newWeak;
  functions_.DeleteWeakGlobalRef = deleteWeak;
  functions_.DeleteLocalRef = deleteLocal;
  functions_.IsSameObject = isSame;
  functions_.ExceptionClear = clearException;
  env_.functions = &functions_;
  current = this;
}

jweak FakeHeap::allocate() {
  uint32_t number = last_.fetch_add(1) + 1;
  CHECK(number < kObjects);
  states_[number] = kHeld;
  return newWeak(&env_, reinterpret_cast<jobject>(static_cast<uintptr_t>(number)));
}

void FakeHeap::drop(jweak object) { states_[numberOf(object)] = kDropped; }

void FakeHeap::collect() {
  for (uint32_t i = 1; i <= last_; i++) {
    if (states_[i] == kDropped) {
      states_[i] = kReclaimed;
    }
  }
}

jobject FakeHeap::allocObject(JNIEnv*, jclass) {
  uint32_t number = current->last_.fetch_add(1) + 1;
  CHECK(number < kObjects);
  current->states_[number] = kDropped;
  return reinterpret_cast<jobject>(static_cast<uintptr_t>(number));
}

jweak FakeHeap::newWeak(JNIEnv*, jobject object) {
  current->references_.fetch_add(1);
  return static_cast<jweak>(object);
}

void FakeHeap::deleteWeak(JNIEnv*, jweak reference) {
  current->references_.fetch_sub(1);
  if (reference == current->awaited_) {
    current->awaited_ = nullptr;
    current->onDelete_();
  }
}

void FakeHeap::deleteLocal(JNIEnv*, jobject) {}

jboolean FakeHeap::isSame(JNIEnv*, jobject one, jobject other) {
  if (other == nullptr) {
    return current->states_[numberOf(one)] == kReclaimed;
  }
  return one == other;
}

void FakeHeap::clearException(JNIEnv*) {}
