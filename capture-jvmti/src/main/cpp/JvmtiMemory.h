// Memory that JVMTI hands out, given back at the end of the scope.
#pragma once

#include <jvmti.h>

#include <cstring>

namespace tracemalloc {

template <class T>
class JvmtiMemory {
 public:
  explicit JvmtiMemory(jvmtiEnv* jvmti) : jvmti_(jvmti) {}
  ~JvmtiMemory() {
    if (memory_ != nullptr) {
      jvmti_->Deallocate(reinterpret_cast<unsigned char*>(memory_));
    }
  }
  JvmtiMemory(const JvmtiMemory&) = delete;
  JvmtiMemory& operator=(const JvmtiMemory&) = delete;

  T** out() { return &memory_; }
  T* get() const { return memory_; }
  T& operator[](int i) const { return memory_[i]; }

 private:
  jvmtiEnv* jvmti_;
  T* memory_ = nullptr;
};

using JvmtiString = JvmtiMemory<char>;

}  // namespace tracemalloc
