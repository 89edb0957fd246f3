#include "Agent.h"

#include <cstring>
#include <new>

#include "Capabilities.h"
#include "JvmtiMemory.h"
#include "ThreadState.h"

namespace tracemalloc {

namespace {

constexpr char kTracerThreads[] = "tracemalloc-";

// JNI of JDK 25, which is that of 24: the first whose threads go on waiting for samples while nobody takes them.
constexpr jint kWaitsWhileOffSince = 0x00180000;

// Some collectors may keep their pauses to themselves: then canaries are looked at this often.
constexpr uint32_t kPatienceMillis = 500;

// The VM's own words for every allocation.
jint samplingIntervalOf(uint64_t interval) { return interval == 1 ? 0 : static_cast<jint>(interval); }

// The first function that JNI got after JDK 17's header.
bool isVirtual(JNIEnv* env, jthread thread) {
#ifdef JNI_VERSION_21
  return env->GetVersion() >= JNI_VERSION_21 && env->IsVirtualThread(thread);
#else
  struct Newer {
    JNINativeInterface_ known;
    jboolean(JNICALL* isVirtualThread)(JNIEnv*, jobject);
  };
  constexpr jint kSince = 0x00150000;
  return env->GetVersion() >= kSince &&
         reinterpret_cast<const Newer*>(env->functions)->isVirtualThread(env, thread);
#endif
}

}  // namespace

Agent& Agent::instance() {
  // Made while the library is loaded, by one thread; never destroyed: threads may still allocate when the process ends.
  alignas(Agent) static unsigned char memory[sizeof(Agent)];
  static Agent* agent = new (memory) Agent();
  return *agent;
}

Agent::Guard::Guard() {
  ThreadState* state = ThreadState::current();
  stripe_ = state == nullptr ? 0 : state->number();
  phase_ = instance().readers_.enter(stripe_);
  session_ = instance().session_.load(std::memory_order_seq_cst);
}

Agent::Guard::~Guard() { instance().readers_.leave(phase_, stripe_); }

jvmtiError Agent::acquire() {
  Lock lock(lifecycle_);
  return acquireLocked();
}

jvmtiError Agent::acquireLocked() {
  if (jvmti_ == nullptr) {
    void* jvmti = nullptr;
    if (vm_->GetEnv(&jvmti, JVMTI_VERSION_11) != JNI_OK) {
      return JVMTI_ERROR_UNSUPPORTED_VERSION;
    }
    jvmti_ = static_cast<jvmtiEnv*>(jvmti);
    jvmtiEventCallbacks callbacks = {};
    callbacks.ThreadStart = onThread;
    callbacks.SampledObjectAlloc = onSampled;
    callbacks.GarbageCollectionFinish = onCollected;
    callbacks.ClassLoad = onLoaded;
    callbacks.ClassPrepare = onPrepared;
    callbacks.ClassFileLoadHook = onClassFile;
    callbacks.VMDeath = onDeath;
    jvmti_->SetEventCallbacks(&callbacks, sizeof(callbacks));
    jvmti_->SetEventNotificationMode(JVMTI_ENABLE, JVMTI_EVENT_VM_DEATH, nullptr);
  }
  if (holds_) {
    return JVMTI_ERROR_NONE;
  }
  jvmtiCapabilities wanted = wantedCapabilities(jvmti_);
  jvmtiError error = jvmti_->AddCapabilities(&wanted);
  holds_ = error == JVMTI_ERROR_NONE;
  return error;
}

void Agent::release() {
  Lock lock(lifecycle_);
  if (holds_ && !fromStart_ && session_.load(std::memory_order_relaxed) == nullptr) {
    jvmtiCapabilities solitary = solitaryCapability();
    holds_ = jvmti_->RelinquishCapabilities(&solitary) != JVMTI_ERROR_NONE;
  }
}

void Agent::sampleFromStart(uint64_t interval) {
  Lock lock(lifecycle_);
  ThreadState* state = ThreadState::current();
  if (setInterval(interval) == JVMTI_ERROR_NONE && state != nullptr) {
    state->wait = nextWait();
    jvmti_->SetEventNotificationMode(JVMTI_ENABLE, JVMTI_EVENT_THREAD_START, nullptr);
  }
}

// Threads that draw meanwhile had better count for too little than for too much.
jvmtiError Agent::setInterval(uint64_t interval) {
  if (interval < interval_.load(std::memory_order_relaxed)) {
    interval_.store(interval, std::memory_order_relaxed);
  }
  jvmtiError error = jvmti_->SetHeapSamplingInterval(samplingIntervalOf(interval));
  if (error == JVMTI_ERROR_NONE) {
    interval_.store(interval, std::memory_order_relaxed);
  }
  return error;
}

// Start, stop and clear tell the VM themselves; who holds the lock may be waiting for this thread.
void Agent::followInterval(const Guard& session) {
  if (lifecycle_.tryLock()) {
    if (session_.load(std::memory_order_relaxed) == session.get()) {
      setInterval(session->interval.current());
    }
    lifecycle_.unlock();
  }
}

jvmtiError Agent::enable(jvmtiEventMode mode, bool live) {
  jvmtiError error = JVMTI_ERROR_NONE;
  if (live || mode == JVMTI_DISABLE) {
    error = jvmti_->SetEventNotificationMode(mode, JVMTI_EVENT_GARBAGE_COLLECTION_FINISH, nullptr);
  }
  // Samples last, and off first: they rely on what the others tell of classes.
  constexpr jvmtiEvent kEvents[] = {JVMTI_EVENT_THREAD_START, JVMTI_EVENT_CLASS_FILE_LOAD_HOOK, JVMTI_EVENT_CLASS_LOAD,
                                    JVMTI_EVENT_CLASS_PREPARE, JVMTI_EVENT_SAMPLED_OBJECT_ALLOC};
  constexpr size_t kCount = sizeof(kEvents) / sizeof(kEvents[0]);
  for (size_t i = 0; i < kCount && error == JVMTI_ERROR_NONE; i++) {
    error = jvmti_->SetEventNotificationMode(mode, kEvents[mode == JVMTI_ENABLE ? i : kCount - 1 - i], nullptr);
  }
  return error;
}

jvmtiError Agent::start(JNIEnv* env, const SessionOptions& options) {
  Lock lock(lifecycle_);
  if (session_.load(std::memory_order_relaxed) != nullptr) {
    return JVMTI_ERROR_ILLEGAL_ARGUMENT;
  }
  jvmtiError refused = acquireLocked();
  if (refused != JVMTI_ERROR_NONE) {
    return refused;
  }
  if (canaryClass_ == nullptr) {
    jclass local = env->FindClass("java/lang/Object");
    canaryClass_ = static_cast<jclass>(env->NewGlobalRef(local));
    env->DeleteLocalRef(local);
    local = env->FindClass("[B");
    bytesClass_ = static_cast<jclass>(env->NewGlobalRef(local));
    env->DeleteLocalRef(local);
  }
  walk_.prepare(env);
  Session* made = Session::create(options, walk_);
  if (made == nullptr) {
    return JVMTI_ERROR_OUT_OF_MEMORY;
  }
  waitsWhileOff_ = env->GetVersion() >= kWaitsWhileOffSince;
  session_.store(made, std::memory_order_seq_cst);
  following_.fetch_add(1, std::memory_order_release);
  markThreads(env);
  jvmtiError error = setInterval(made->interval.current());
  if (error == JVMTI_ERROR_NONE) {
    error = enable(JVMTI_ENABLE, options.live);
  }
  if (error != JVMTI_ERROR_NONE) {
    enable(JVMTI_DISABLE, true);
    setInterval(kVmInterval);
    replace(env, nullptr);
  }
  return error;
}

// They are older than the session: what they wait for was drawn under the VM's own interval, unless they are known.
void Agent::markThreads(JNIEnv* env) {
  jint count = 0;
  JvmtiMemory<jthread> threads(jvmti_);
  if (jvmti_->GetAllThreads(&count, threads.out()) != JVMTI_ERROR_NONE) {
    return;
  }
  for (jint i = 0; i < count; i++) {
    jvmti_->SetThreadLocalStorage(threads[i], this);
    env->DeleteLocalRef(threads[i]);
  }
}

bool Agent::isMarked() {
  void* mark = nullptr;
  return jvmti_->GetThreadLocalStorage(nullptr, &mark) == JVMTI_ERROR_NONE && mark != nullptr;
}

void Agent::stop(JNIEnv* env) {
  Lock lock(lifecycle_);
  Session* session = session_.load(std::memory_order_relaxed);
  if (session != nullptr) {
    enable(JVMTI_DISABLE, true);
    setInterval(kVmInterval);
    following_.fetch_add(1, std::memory_order_release);
    collected_.raise();
    replace(env, nullptr);
  }
}

bool Agent::clear(JNIEnv* env) {
  Lock lock(lifecycle_);
  Session* session = session_.load(std::memory_order_relaxed);
  if (session == nullptr) {
    return true;
  }
  Session* next = Session::create(session->options, walk_);
  if (next == nullptr) {
    return false;
  }
  replace(env, next);
  setInterval(next->interval.current());
  // Its first canary.
  collected_.raise();
  return true;
}

void Agent::replace(JNIEnv* env, Session* next) {
  Session* old = session_.exchange(next, std::memory_order_seq_cst);
  readers_.awaitReaders();
  Session::destroy(old, env);
}

void Agent::drain(JNIEnv* env) {
  constexpr int kMost = 64 * 1024;
  constexpr int kInARow = 8;
  uint64_t interval = interval_.load(std::memory_order_relaxed);
  ThreadState* thread = ThreadState::current();
  int wanted = thread == nullptr ? 0 : interval == 1 ? kInARow : 1;
  for (int i = 0, seen = 0; i < kMost && seen < wanted; i++) {
    uint64_t before = thread->events;
    jbyteArray array = env->NewByteArray(1000);
    if (array == nullptr) {
      env->ExceptionClear();
      return;
    }
    env->DeleteLocalRef(array);
    seen = thread->events != before ? seen + 1 : interval == 1 ? 0 : seen;
  }
}

bool Agent::awaitCollection(uint64_t following) {
  if (this->following() == following) {
    collected_.await(kPatienceMillis);
  }
  return this->following() == following && !dying_.load(std::memory_order_acquire);
}

// A VM that ends waits a third of a second for threads in native code: the following thread must not be there.
void JNICALL Agent::onDeath(jvmtiEnv*, JNIEnv*) {
  Agent& agent = instance();
  agent.dying_.store(true, std::memory_order_release);
  agent.collected_.raise();
}

// At a safepoint: no JNI and hardly any JVMTI may be called.
void JNICALL Agent::onCollected(jvmtiEnv*) {
  Agent& agent = instance();
  agent.periods_.fetch_add(1, std::memory_order_release);
  agent.collected_.raise();
}

void JNICALL Agent::onLoaded(jvmtiEnv*, JNIEnv*, jthread, jclass) {
  ThreadState* state = ThreadState::current();
  if (state != nullptr) {
    state->classFile = 0;
  }
}

void JNICALL Agent::onPrepared(jvmtiEnv* jvmti, JNIEnv* env, jthread thread, jclass prepared) {
  instance().walk_.renewMethods();
  ThreadState* state = ThreadState::current();
  if (state != nullptr) {
    state->quiet++;
    instance().linkages_.note(jvmti, env, thread, prepared);
    state->quiet--;
  }
}

// Before any agent that is written in Java: those are of the kind that may retransform classes, and come last. Nothing
// tells when a class has been transformed again: what that takes counts.
void JNICALL Agent::onClassFile(jvmtiEnv*, JNIEnv*, jclass again, jobject, const char*, jobject, jint length,
                                const unsigned char*, jint*, unsigned char**) {
  ThreadState* state = ThreadState::current();
  if (state != nullptr) {
    state->classFile = again == nullptr ? length : 0;
  }
  if (again != nullptr) {
    instance().walk_.renewMethods();
  }
}

// It drew its first sample when it was made, in most cases shortly before.
void JNICALL Agent::onThread(jvmtiEnv*, JNIEnv*, jthread) {
  ThreadState* state = ThreadState::current();
  if (state != nullptr) {
    state->wait = instance().nextWait();
  }
}

void JNICALL Agent::onSampled(jvmtiEnv*, JNIEnv* env, jthread thread, jobject object, jclass type, jlong size) {
  ThreadState* state = ThreadState::current();
  if (state == nullptr) {
    return;
  }
  state->events++;
  // The next one has been drawn.
  Wait waited = state->wait;
  state->wait = instance().nextWait();
  if (state->quiet == 0) {
    state->quiet++;
    instance().sampled(env, *state, thread, object, type, size, waited);
    state->quiet--;
  }
}

void Agent::sampled(JNIEnv* env, ThreadState& state, jthread thread, jobject object, jclass type, jlong size,
                    Wait waited) {
  uint32_t born = periods_.load(std::memory_order_acquire);
  if (isTracers(env, thread, state)) {
    return;
  }
  Guard session;
  // With every block recorded, the sums are held against the VM's own accounts, and those have the copies in them.
  if (!session || (session->options.interval > 1 && isCopyOfClassFile(env, state, type, size))) {
    return;
  }
  // A virtual thread does not know whether its carrier is marked.
  if (waited.session == 0 && !isVirtual(env, thread) && !isMarked()) {
    // A thread that attaches itself allocates before it is told of.
    waited = state.wait;
  }
  // What a thread allocated before may have been enough: then this sample stands for nothing.
  bool isOverdue = waitsWhileOff_ && waited.session != state.wait.session && session->options.interval > 1;
  if (!isOverdue && session->record(jvmti_, env, state, thread, object, type, size, waited.interval, born)) {
    collected_.raise();
  }
  if (session->interval.current() != interval_.load(std::memory_order_relaxed)) {
    followInterval(session);
  }
}

// The VM copies each class file for agents written in Java, ours among them: the program did not ask for it.
bool Agent::isCopyOfClassFile(JNIEnv* env, const ThreadState& state, jclass type, jlong size) {
  // Header and length of an array take 12 to 16 bytes; objects are aligned to 8 to 256.
  constexpr jlong kSmallestHeader = 12;
  constexpr jlong kMost = 16 + 256;
  jlong more = size - state.classFile;
  return state.classFile != 0 && more >= kSmallestHeader && more < kMost && env->IsSameObject(type, bytesClass_);
}

bool Agent::isTracers(JNIEnv* env, jthread thread, ThreadState& state) {
  if (state.kind != ThreadState::Kind::kUnknown) {
    return state.kind == ThreadState::Kind::kTracer;
  }
  jvmtiThreadInfo info = {};
  if (jvmti_->GetThreadInfo(thread, &info) != JVMTI_ERROR_NONE) {
    return false;
  }
  bool tracers = info.name != nullptr && strncmp(info.name, kTracerThreads, sizeof(kTracerThreads) - 1) == 0;
  jvmti_->Deallocate(reinterpret_cast<unsigned char*>(info.name));
  env->DeleteLocalRef(info.thread_group);
  env->DeleteLocalRef(info.context_class_loader);
  // A virtual thread only borrows its carrier.
  if (!isVirtual(env, thread)) {
    state.kind = tracers ? ThreadState::Kind::kTracer : ThreadState::Kind::kApplication;
  } else if (!tracers) {
    state.kind = ThreadState::Kind::kApplication;
  }
  return tracers;
}

}  // namespace tracemalloc
