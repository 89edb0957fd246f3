#include "Linkages.h"

#include <cstring>

#include "Hash.h"
#include "JvmtiMemory.h"

namespace tracemalloc {

namespace {

// Enough for some 40,000 lambdas.
constexpr uint64_t kBytes = 4 << 20;

// The JDK's own frames while it links, and the host's behind them.
constexpr jint kFrames = 64;

constexpr char kLambda[] = "$$Lambda";

uint64_t hashOf(uint32_t lambda) { return mix(lambda, 2); }

}  // namespace

Linkages::Linkages()
    : budget_(kBytes),
      strings_(budget_),
      frames_(budget_),
      reader_(strings_, frames_),
      index_(budget_),
      linkages_(budget_) {}

void Linkages::note(jvmtiEnv* jvmti, JNIEnv* env, jthread current, jclass prepared) {
  JvmtiString signature(jvmti);
  if (jvmti->GetClassSignature(prepared, signature.out(), nullptr) != JVMTI_ERROR_NONE) {
    return;
  }
  const char* lambda = strstr(signature.get(), kLambda);
  // Only signatures of hidden classes have a dot.
  if (lambda == nullptr || strchr(lambda, '.') == nullptr) {
    return;
  }
  uint32_t frame = linkedFrame(jvmti, env, current, signature.get(), static_cast<size_t>(lambda - signature.get()));
  uint32_t number = frame == kNone ? 0 : strings_.intern(signature.get(), strlen(signature.get()));
  if (number != 0) {
    put(number, frame);
  }
}

// The most recent frame of the class that the lambda is in.
uint32_t Linkages::linkedFrame(
    jvmtiEnv* jvmti, JNIEnv* env, jthread current, const char* signature, size_t hostLength) {
  jvmtiFrameInfo frames[kFrames];
  jint length = 0;
  if (jvmti->GetStackTrace(current, 0, kFrames, frames, &length) != JVMTI_ERROR_NONE) {
    return kNone;
  }
  for (jint i = 0; i < length; i++) {
    jclass declaring = nullptr;
    if (jvmti->GetMethodDeclaringClass(frames[i].method, &declaring) != JVMTI_ERROR_NONE) {
      return kNone;
    }
    JvmtiString of(jvmti);
    bool known = jvmti->GetClassSignature(declaring, of.out(), nullptr) == JVMTI_ERROR_NONE;
    env->DeleteLocalRef(declaring);
    if (known && strncmp(of.get(), signature, hostLength) == 0 && strcmp(of.get() + hostLength, ";") == 0) {
      return reader_.frame(jvmti, env, frames[i]);
    }
  }
  return kNone;
}

// The VM may use the name of an unloaded class again.
void Linkages::put(uint32_t lambda, uint32_t frame) {
  Lock lock(lock_);
  uint32_t known = index_.find(hashOf(lambda), [&](uint32_t number) { return linkages_[number].lambda == lambda; });
  if (known != kNone) {
    linkages_[known].frame.store(frame, std::memory_order_release);
    return;
  }
  Linkage* added = linkages_.reserve();
  if (added != nullptr && index_.reserve()) {
    added->lambda = lambda;
    added->frame.store(frame, std::memory_order_relaxed);
    index_.put(hashOf(lambda), linkages_.publish());
  }
}

uint32_t Linkages::find(const char* signature) const {
  uint32_t lambda = strings_.find(signature, strlen(signature));
  uint32_t known = lambda == kNone ? kNone : index_.find(hashOf(lambda), [&](uint32_t number) {
    return linkages_[number].lambda == lambda;
  });
  return known == kNone ? kNone : linkages_[known].frame.load(std::memory_order_acquire);
}

}  // namespace tracemalloc
