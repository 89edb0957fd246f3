// How the VM loads the library: with -agentpath, or System.load by the Java part, which finds it if it is loaded already.
#include <jni.h>
#include <jvmti.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "Agent.h"
#include "Natives.h"
#include "ThreadState.h"

namespace {

using tracemalloc::Agent;
using tracemalloc::ThreadState;

constexpr char kInterval[] = "interval=";
constexpr uint64_t kLargestInterval = INT32_MAX;

jint refuse(const char* what, const char* got) {
  fprintf(stderr, "tracemalloc: %s, got %s\n", what, got);
  return JNI_ERR;
}

// BYTES with an optional k or m; 0 if it is none.
uint64_t parseInterval(const char* text) {
  char* end = nullptr;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  bool isNumber = errno == 0 && end != text && *text >= '0' && *text <= '9' && value <= kLargestInterval;
  uint64_t unit = *end == 'k' || *end == 'K' ? 1024 : *end == 'm' || *end == 'M' ? 1024 * 1024 : 1;
  const char* rest = unit == 1 ? end : end + 1;
  return isNumber && *rest == 0 && value * unit <= kLargestInterval ? value * unit : 0;
}

}  // namespace

extern "C" JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM* vm, char* options, void*) {
  uint64_t interval = 0;
  if (options != nullptr && *options != 0) {
    if (strncmp(options, kInterval, sizeof(kInterval) - 1) != 0) {
      return refuse("the native library knows one option, interval=BYTES", options);
    }
    interval = parseInterval(options + sizeof(kInterval) - 1);
    if (interval == 0) {
      return refuse("interval must be in 1..2147483647 bytes", options + sizeof(kInterval) - 1);
    }
  }
  if (!ThreadState::prepare()) {
    return refuse("the process must have a free key of POSIX threads", "none");
  }
  Agent& agent = Agent::instance();
  agent.setVm(vm);
  // If another agent holds what is needed, the Java part says so when it is asked to trace.
  if (agent.acquire() == JVMTI_ERROR_NONE) {
    agent.stayFromStart();
    if (interval != 0) {
      agent.sampleFromStart(interval);
    }
  }
  return JNI_OK;
}

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  JNIEnv* env = nullptr;
  if (!ThreadState::prepare() || vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_10) != JNI_OK) {
    return JNI_ERR;
  }
  Agent::instance().setVm(vm);
  return tracemalloc::registerNatives(env) ? JNI_VERSION_10 : JNI_ERR;
}
