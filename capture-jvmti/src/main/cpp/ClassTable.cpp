#include "ClassTable.h"

#include "Hash.h"

namespace tracemalloc {

namespace {

constexpr uint64_t kNames = 2;

// Those of one name have different loaders; of further ones the name is asked for each time.
constexpr uint32_t kMostOfOneName = 8;

}  // namespace

bool ClassTable::is(JNIEnv* env, jclass type, uint32_t number) const {
  return env->IsSameObject(type, classes_[number].reference);
}

uint32_t ClassTable::intern(JNIEnv* env, jclass type, uint32_t name) {
  uint64_t hash = mix(name, kNames);
  uint32_t others = 0;
  uint32_t known = index_.find(hash, [&](uint32_t number) {
    return nameOf(number) == name && (is(env, type, number) || ++others == kMostOfOneName);
  });
  if (known != kNone) {
    return others == kMostOfOneName ? kNone : known;
  }
  // A thread that waits in JNI must not hold the lock meanwhile. Two threads may add the same class, which is harmless.
  jweak reference = env->NewWeakGlobalRef(type);
  if (reference == nullptr) {
    env->ExceptionClear();
    return kNone;
  }
  uint32_t number = add(hash, {reference, name});
  if (number == kNone) {
    env->DeleteWeakGlobalRef(reference);
  }
  return number;
}

uint32_t ClassTable::add(uint64_t hash, const Class& added) {
  Lock lock(lock_);
  Class* room = classes_.reserve();
  if (room == nullptr || !index_.reserve()) {
    return kNone;
  }
  *room = added;
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
