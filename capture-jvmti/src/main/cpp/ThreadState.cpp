#include "ThreadState.h"

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace tracemalloc {

namespace {

std::atomic<uint32_t> lastNumber{0};
pthread_key_t key;

}  // namespace

bool ThreadState::prepare() {
  static bool prepared = false;
  prepared = prepared || pthread_key_create(&key, release) == 0;
  return prepared;
}

ThreadState* ThreadState::current() {
  void* known = pthread_getspecific(key);
  if (known != nullptr) {
    return static_cast<ThreadState*>(known);
  }
  void* memory = malloc(sizeof(ThreadState));
  if (memory == nullptr) {
    return nullptr;
  }
  ThreadState* made = new (memory) ThreadState(lastNumber.fetch_add(1, std::memory_order_relaxed) + 1);
  if (pthread_setspecific(key, made) != 0) {
    free(made);
    return nullptr;
  }
  return made;
}

void ThreadState::release(void* state) {
  ThreadState* ended = static_cast<ThreadState*>(state);
  free(ended->frames_);
  free(ended->numbers_);
  free(ended);
}

jvmtiFrameInfo* ThreadState::frames(uint32_t capacity) {
  if (capacity > frameCapacity_) {
    void* larger = malloc(capacity * sizeof(jvmtiFrameInfo));
    if (larger == nullptr) {
      return nullptr;
    }
    free(frames_);
    frames_ = static_cast<jvmtiFrameInfo*>(larger);
    frameCapacity_ = capacity;
  }
  return frames_;
}

uint32_t* ThreadState::numbers(uint32_t capacity) {
  // A stack without frames has its numbers, too: null is for want of memory.
  uint32_t wanted = capacity > 0 ? capacity : 1;
  if (wanted > numberCapacity_) {
    void* larger = malloc(wanted * sizeof(uint32_t));
    if (larger == nullptr) {
      return nullptr;
    }
    free(numbers_);
    numbers_ = static_cast<uint32_t*>(larger);
    numberCapacity_ = wanted;
  }
  return numbers_;
}

}  // namespace tracemalloc
