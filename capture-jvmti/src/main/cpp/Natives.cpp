#include "Natives.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "Agent.h"
#include "JvmtiMemory.h"
#include "ThreadState.h"

namespace tracemalloc {

namespace {

constexpr char kClass[] = "io/tracemalloc/capture/jvmti/NativeAgent";

Agent& agent() { return Agent::instance(); }

jint JNICALL acquire(JNIEnv*, jclass) { return agent().acquire(); }

void JNICALL release(JNIEnv*, jclass) { agent().release(); }

jint JNICALL start(JNIEnv* env, jclass, jint frames, jlong interval, jlong memoryLimit, jboolean live, jboolean threads) {
  SessionOptions options = {};
  options.frames = static_cast<uint32_t>(frames);
  options.interval = static_cast<uint64_t>(interval);
  options.memoryLimit = static_cast<uint64_t>(memoryLimit);
  options.live = live;
  options.threads = threads;
  return agent().start(env, options);
}

void JNICALL stop(JNIEnv* env, jclass) { agent().stop(env); }

jboolean JNICALL clear(JNIEnv* env, jclass) { return agent().clear(env); }

void addQuiet(uint32_t levels) {
  ThreadState* thread = ThreadState::current();
  if (thread != nullptr) {
    thread->quiet += levels;
  }
}

void JNICALL beginQuiet(JNIEnv*, jclass) { addQuiet(1); }

void JNICALL endQuiet(JNIEnv*, jclass) { addQuiet(UINT32_MAX); }

void JNICALL drain(JNIEnv* env, jclass) { agent().drain(env); }

void JNICALL collectGarbage(JNIEnv*, jclass) { agent().jvmti()->ForceGarbageCollection(); }

jlong JNICALL following(JNIEnv*, jclass) { return static_cast<jlong>(agent().following()); }

jboolean JNICALL awaitCollection(JNIEnv*, jclass, jlong session) {
  return agent().awaitCollection(static_cast<uint64_t>(session));
}

void pollLive(JNIEnv* env, Session& session) {
  if (session.options.live) {
    session.live.poll(env, agent().canaryClass(), agent().periods());
  }
}

void JNICALL poll(JNIEnv* env, jclass) {
  Agent::Guard session;
  if (session) {
    pollLive(env, *session);
  }
}

void JNICALL memory(JNIEnv* env, jclass, jlongArray into) {
  Agent::Guard session;
  jlong values[3] = {0, 0, 0};
  if (session) {
    pollLive(env, *session);
    TracedBytes bytes = session->live.tracedBytes();
    values[0] = static_cast<jlong>(bytes.current);
    values[1] = static_cast<jlong>(bytes.peak);
    values[2] = static_cast<jlong>(session->live.thinning());
  }
  env->SetLongArrayRegion(into, 0, 3, values);
}

void JNICALL resetPeak(JNIEnv* env, jclass) {
  Agent::Guard session;
  if (session) {
    pollLive(env, *session);
    session->live.resetPeak();
  }
}

jint JNICALL traceOf(JNIEnv* env, jclass, jobject object) {
  Agent::Guard session;
  if (!session) {
    return -1;
  }
  jclass type = env->GetObjectClass(object);
  JvmtiString signature(agent().jvmti());
  jvmtiError error = agent().jvmti()->GetClassSignature(type, signature.out(), nullptr);
  env->DeleteLocalRef(type);
  if (error != JVMTI_ERROR_NONE) {
    return -1;
  }
  uint32_t typeNumber = session->strings.intern(signature.get(), strlen(signature.get()));
  uint32_t record = session->live.find(env, object, typeNumber);
  return record == LiveSet::kNone ? -1 : static_cast<jint>(session->records[record].key.trace);
}

// Java reads them in this order.
void JNICALL facts(JNIEnv* env, jclass, jlongArray into) {
  Agent::Guard session;
  if (!session) {
    return;
  }
  jlong values[] = {
      static_cast<jlong>(session->dropped.load(std::memory_order_relaxed)),
      static_cast<jlong>(session->cut.load(std::memory_order_relaxed)),
      static_cast<jlong>(session->mixed.load(std::memory_order_relaxed)),
      static_cast<jlong>(session->live.unfollowed()),
      static_cast<jlong>(session->live.thinning()),
      static_cast<jlong>(session->overheadBytes() + agent().linkages().overheadBytes()),
      static_cast<jlong>(session->recognised()),
      static_cast<jlong>(session->mistaken()),
  };
  env->SetLongArrayRegion(into, 0, sizeof(values) / sizeof(values[0]), values);
}

// Lets go of what was reclaimed; then the thinning now and at the peak, and triples of record, bucket and samples.
jlongArray JNICALL collectLive(JNIEnv* env, jclass) {
  Agent::Guard session;
  LiveCounts live = {};
  if (session && session->options.live) {
    live = session->live.collect(env, agent().canaryClass(), agent().periods());
  }
  jlongArray result = env->NewLongArray(static_cast<jsize>(live.length) * 3 + 2);
  if (result != nullptr) {
    jlong head[2] = {live.thinning, live.peakThinning};
    env->SetLongArrayRegion(result, 0, 2, head);
  }
  for (uint32_t i = 0; result != nullptr && i < live.length; i++) {
    const AgedCount& count = live.counts[i];
    jlong triple[3] = {count.record, count.bucket, static_cast<jlong>(count.samples)};
    env->SetLongArrayRegion(result, static_cast<jsize>(i) * 3 + 2, 3, triple);
  }
  free(live.counts);
  return result;
}

// When the collections were over that lie 1, 2, 4, … collections back, in seconds since 1970.
jlongArray JNICALL collectionTimes(JNIEnv* env, jclass) {
  Agent::Guard session;
  int64_t times[32];
  uint32_t length = session ? session->live.collectionTimes(times, 32) : 0;
  jlongArray result = env->NewLongArray(static_cast<jsize>(length));
  if (result != nullptr) {
    env->SetLongArrayRegion(result, 0, static_cast<jsize>(length), reinterpret_cast<jlong*>(times));
  }
  return result;
}

constexpr uint32_t kRecordFields = 7;
// Of the array that is filled at once.
constexpr uint32_t kPiece = 80 * kRecordFields;

// Records from a number on, as many as there is room for; returns how many.
jint JNICALL records(JNIEnv* env, jclass, jint from, jlongArray into) {
  Agent::Guard session;
  if (!session) {
    return 0;
  }
  uint32_t end = session->records.size();
  uint32_t room = static_cast<uint32_t>(env->GetArrayLength(into)) / kRecordFields;
  uint32_t first = static_cast<uint32_t>(from);
  uint32_t count = first >= end ? 0 : end - first < room ? end - first : room;
  jlong piece[kPiece];
  uint32_t fill = 0;
  jsize at = 0;
  for (uint32_t i = 0; i < count; i++) {
    const Record& record = session->records[first + i];
    jlong* fields = piece + fill;
    fields[0] = record.key.trace;
    fields[1] = record.key.type;
    fields[2] = record.key.thread;
    fields[3] = record.key.mixed;
    fields[4] = static_cast<jlong>(record.key.blockSize);
    fields[5] = static_cast<jlong>(record.key.interval);
    fields[6] = static_cast<jlong>(record.allocated.load(std::memory_order_relaxed));
    fill += kRecordFields;
    if (fill == kPiece || i + 1 == count) {
      env->SetLongArrayRegion(into, at, static_cast<jsize>(fill), piece);
      at += static_cast<jsize>(fill);
      fill = 0;
    }
  }
  return static_cast<jint>(count);
}

// The depth of a trace and the number of its frames; then these, then methods further out that may be hidden.
jintArray JNICALL trace(JNIEnv* env, jclass, jint number) {
  Agent::Guard session;
  if (!session || static_cast<uint32_t>(number) >= session->traces.size()) {
    return nullptr;
  }
  const Trace& trace = session->traces[static_cast<uint32_t>(number)];
  jsize length = static_cast<jsize>(trace.length + trace.outerMethods);
  jintArray result = env->NewIntArray(length + 2);
  if (result != nullptr) {
    jint head[2] = {static_cast<jint>(trace.depth), static_cast<jint>(trace.length)};
    env->SetIntArrayRegion(result, 0, 2, head);
    env->SetIntArrayRegion(result, 2, length, reinterpret_cast<const jint*>(trace.frames));
  }
  return result;
}

// Pairs of method and line, of all frames from a number on.
jintArray JNICALL frames(JNIEnv* env, jclass, jint from) {
  Agent::Guard session;
  uint32_t first = static_cast<uint32_t>(from);
  uint32_t end = session ? session->frames.frameCount() : first;
  jintArray result = env->NewIntArray(static_cast<jsize>(end - first) * 2);
  for (uint32_t i = first; result != nullptr && i < end; i++) {
    const Frame& frame = session->frames.frame(i);
    jint pair[2] = {static_cast<jint>(frame.method), static_cast<jint>(frame.line)};
    env->SetIntArrayRegion(result, static_cast<jsize>(i - first) * 2, 2, pair);
  }
  return result;
}

// Class, name, descriptor, source file and whether it is native, of all methods from a number on.
jintArray JNICALL methods(JNIEnv* env, jclass, jint from) {
  Agent::Guard session;
  uint32_t first = static_cast<uint32_t>(from);
  uint32_t end = session ? session->frames.methodCount() : first;
  jintArray result = env->NewIntArray(static_cast<jsize>(end - first) * 5);
  for (uint32_t i = first; result != nullptr && i < end; i++) {
    const Method& method = session->frames.method(i);
    jint fields[5] = {
        static_cast<jint>(method.className),
        static_cast<jint>(method.name),
        static_cast<jint>(method.descriptor),
        static_cast<jint>(method.sourceFile),
        static_cast<jint>(method.isNative)};
    env->SetIntArrayRegion(result, static_cast<jsize>(i - first) * 5, 5, fields);
  }
  return result;
}

// Class, name, descriptor and file of the method in which a lambda class was linked, and the line; null if not known.
jobjectArray JNICALL linkage(JNIEnv* env, jclass, jstring signature) {
  const char* text = env->GetStringUTFChars(signature, nullptr);
  if (text == nullptr) {
    return nullptr;
  }
  const Linkages& linkages = agent().linkages();
  uint32_t number = linkages.find(text);
  env->ReleaseStringUTFChars(signature, text);
  if (number == Linkages::kNone) {
    return nullptr;
  }
  const Frame& frame = linkages.frame(number);
  const Method& method = linkages.method(frame);
  char line[16];
  snprintf(line, sizeof(line), "%u", frame.line);
  const char* parts[] = {
      linkages.string(method.className),
      linkages.string(method.name),
      linkages.string(method.descriptor),
      linkages.string(method.sourceFile),
      line};
  constexpr jsize kParts = sizeof(parts) / sizeof(parts[0]);
  jclass type = env->FindClass("java/lang/String");
  jobjectArray result = type == nullptr ? nullptr : env->NewObjectArray(kParts, type, nullptr);
  for (jsize i = 0; result != nullptr && i < kParts; i++) {
    jstring part = env->NewStringUTF(parts[i]);
    env->SetObjectArrayElement(result, i, part);
    env->DeleteLocalRef(part);
  }
  return result;
}

jstring JNICALL string(JNIEnv* env, jclass, jint number) {
  Agent::Guard session;
  bool known = session && static_cast<uint32_t>(number) < session->strings.size();
  return env->NewStringUTF(known ? session->strings[static_cast<uint32_t>(number)] : "");
}

template <class Function>
JNINativeMethod bound(const char* name, const char* descriptor, Function* function) {
  // The tables of JNI want names that could be written to, and never do.
  return {const_cast<char*>(name), const_cast<char*>(descriptor), reinterpret_cast<void*>(function)};
}

}  // namespace

bool registerNatives(JNIEnv* env) {
  const JNINativeMethod bindings[] = {
      bound("acquire", "()I", acquire),
      bound("release", "()V", release),
      bound("start", "(IJJZZ)I", start),
      bound("stop", "()V", stop),
      bound("clear", "()Z", clear),
      bound("beginQuiet", "()V", beginQuiet),
      bound("endQuiet", "()V", endQuiet),
      bound("drain", "()V", drain),
      bound("collectGarbage", "()V", collectGarbage),
      bound("following", "()J", following),
      bound("awaitCollection", "(J)Z", awaitCollection),
      bound("poll", "()V", poll),
      bound("memory", "([J)V", memory),
      bound("resetPeak", "()V", resetPeak),
      bound("traceOf", "(Ljava/lang/Object;)I", traceOf),
      bound("facts", "([J)V", facts),
      bound("collectLive", "()[J", collectLive),
      bound("collectionTimes", "()[J", collectionTimes),
      bound("records", "(I[J)I", records),
      bound("trace", "(I)[I", trace),
      bound("frames", "(I)[I", frames),
      bound("methods", "(I)[I", methods),
      bound("linkage", "(Ljava/lang/String;)[Ljava/lang/String;", linkage),
      bound("string", "(I)Ljava/lang/String;", string),
  };
  jclass owner = env->FindClass(kClass);
  if (owner == nullptr) {
    return false;
  }
  bool done = env->RegisterNatives(owner, bindings, sizeof(bindings) / sizeof(bindings[0])) == JNI_OK;
  env->DeleteLocalRef(owner);
  return done;
}

}  // namespace tracemalloc
