#include "Session.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "JvmtiMemory.h"

namespace tracemalloc {

namespace {

// Below, the stacks of a program's start would leave no room for what it does later.
constexpr uint64_t kLeastForFineSamples = 16 << 20;

}  // namespace

Session::Session(const SessionOptions& chosen, StackWalk& walk)
    : options(chosen),
      interval(chosen.interval, chosen.memoryLimit >= kLeastForFineSamples),
      // What is left, and an eighth of the live set's limit, is the live set's.
      budget(chosen.live ? chosen.memoryLimit / 16 * 7 : chosen.memoryLimit),
      strings(budget),
      frames(budget),
      traces(budget),
      classes(budget),
      records(budget),
      live(chosen.memoryLimit / 2, records),
      stacks_(chosen.frames, chosen.interval == 1, walk, budget, strings, frames, traces) {}

Session* Session::create(const SessionOptions& options, StackWalk& walk) {
  void* memory = nullptr;
  if (posix_memalign(&memory, alignof(Session) < sizeof(void*) ? sizeof(void*) : alignof(Session), sizeof(Session)) !=
      0) {
    return nullptr;
  }
  return new (memory) Session(options, walk);
}

void Session::destroy(Session* session, JNIEnv* env) {
  if (session != nullptr) {
    session->live.forget(env);
    session->classes.forget(env);
    session->~Session();
    free(session);
  }
}

bool Session::record(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, jthread current, jobject object, jclass type,
                     jlong size, uint64_t waitInterval, uint32_t born) {
  interval.noteSample();
  uint32_t trace = stacks_.read(jvmti, env, thread, current);
  if (trace == TraceTable::kNone) {
    dropped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  if (traces[trace].ignored) {
    return false;
  }
  RecordKey key = {};
  key.blockSize = static_cast<uint64_t>(size);
  // What a thread waited for beyond what was chosen is missing: it would count for more than the stated error allows.
  key.interval = waitInterval < options.interval ? waitInterval : options.interval;
  key.trace = trace;
  key.type = typeOf(jvmti, env, type, trace);
  key.thread = options.threads ? threadOf(jvmti, env, current) : 0;
  uint32_t record = recordOf(key, thread);
  if (record == RecordTable::kNone) {
    dropped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  records[record].allocated.fetch_add(1, std::memory_order_relaxed);
  if (traces[trace].cut) {
    cut.fetch_add(1, std::memory_order_relaxed);
  }
  if (!options.live || !live.admits(thread.random)) {
    return options.live && live.isOverfull();
  }
  jweak followed = env->NewWeakGlobalRef(object);
  if (followed == nullptr) {
    env->ExceptionClear();
  } else if (!live.add(followed, record, born, thread.number())) {
    env->DeleteWeakGlobalRef(followed);
  }
  return live.isOverfull();
}

// Most places allocate one class.
uint32_t Session::typeOf(jvmtiEnv* jvmti, JNIEnv* env, jclass type, uint32_t trace) {
  uint32_t last = traces.lastClass(trace);
  if (last != ClassTable::kNone && classes.is(env, type, last)) {
    return classes.nameOf(last);
  }
  JvmtiString signature(jvmti);
  if (jvmti->GetClassSignature(type, signature.out(), nullptr) != JVMTI_ERROR_NONE) {
    return 0;
  }
  uint32_t name = strings.intern(signature.get(), strlen(signature.get()));
  if (!budget.isTight()) {
    traces.setLastClass(trace, classes.intern(env, type, name));
  }
  return name;
}

uint32_t Session::threadOf(jvmtiEnv* jvmti, JNIEnv* env, jthread current) {
  jvmtiThreadInfo info = {};
  if (jvmti->GetThreadInfo(current, &info) != JVMTI_ERROR_NONE) {
    return 0;
  }
  env->DeleteLocalRef(info.thread_group);
  env->DeleteLocalRef(info.context_class_loader);
  uint32_t name = info.name == nullptr ? 0 : strings.intern(info.name, strlen(info.name));
  jvmti->Deallocate(reinterpret_cast<unsigned char*>(info.name));
  return name;
}

// With memory for few more records, those of new sizes share one for each power of two. A size goes to the one below or
// the one above, at random so that the sum of bytes stays right on average.
uint32_t Session::recordOf(const RecordKey& key, ThreadState& thread) {
  uint32_t known = records.find(key);
  if (known != RecordTable::kNone) {
    return known;
  }
  uint32_t added = budget.isTight() ? RecordTable::kNone : records.intern(key);
  if (added != RecordTable::kNone) {
    return added;
  }
  RecordKey shared = key;
  uint64_t below = 1ull << (63 - __builtin_clzll(key.blockSize | 1));
  shared.blockSize = thread.random.between(below, key.blockSize, below * 2);
  shared.thread = 0;
  shared.mixed = 1;
  mixed.fetch_add(1, std::memory_order_relaxed);
  return records.intern(shared);
}

}  // namespace tracemalloc
