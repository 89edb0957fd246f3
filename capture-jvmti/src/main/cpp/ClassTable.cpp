#include "ClassTable.h"

#include "Hash.h"

namespace tracemalloc {

bool ClassTable::is(JNIEnv* env, jclass type, uint32_t number) const {
  return env->IsSameObject(type, classes_[number].reference);
}

uint32_t ClassTable::intern(JNIEnv* env, jclass type, uint32_t name) {
  // Those of the same name have different loaders.
  uint64_t hash = mix(name, 2);
  Lock lock(lock_);
  uint32_t known =
      index_.find(hash, [&](uint32_t number) { return nameOf(number) == name && is(env, type, number); });
  if (known != kNone) {
    return known;
  }
  Class* added = classes_.reserve();
  jweak reference = added != nullptr && index_.reserve() ? env->NewWeakGlobalRef(type) : nullptr;
  if (reference == nullptr) {
    env->ExceptionClear();
    return kNone;
  }
  *added = {reference, name};
  uint32_t number = classes_.publish();
  index_.put(hash, number);
  return number;
}

void ClassTable::forget(JNIEnv* env) {
  for (uint32_t number = 0; number < classes_.size(); number++) {
    env->DeleteWeakGlobalRef(classes_[number].reference);
  }
}

}  // namespace tracemalloc
