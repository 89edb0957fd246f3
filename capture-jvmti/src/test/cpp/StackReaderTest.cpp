#include "StackReader.h"

#include "Checks.h"
#include "Linkages.h"

using namespace tracemalloc;

namespace {

jvmtiError JNICALL noFrames(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint* count) {
  *count = 0;
  return JVMTI_ERROR_NONE;
}

// On some VMs a thread that attaches itself allocates its Thread when it has none.
jvmtiError JNICALL noThread(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint*) { return JVMTI_ERROR_INVALID_THREAD; }

jvmtiError JNICALL notAlive(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint*) {
  return JVMTI_ERROR_THREAD_NOT_ALIVE;
}

jthread asked = nullptr;

jvmtiError JNICALL noteThread(jvmtiEnv*, jthread thread, jint, jint, jvmtiFrameInfo*, jint* count) {
  asked = thread;
  *count = 0;
  return JVMTI_ERROR_NONE;
}

using GetStackTrace = jvmtiError(JNICALL*)(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint*);

struct FakeJvmti {
  explicit FakeJvmti(GetStackTrace getStackTrace) {
    functions.GetStackTrace = getStackTrace;
    env.functions = &functions;
  }

  jvmtiInterface_1_ functions = {};
  jvmtiEnv env = {};
};

struct Fixture {
  Fixture() { CHECK(ThreadState::prepare()); }

  uint32_t read(FakeJvmti& jvmti, jthread current) {
    return reader.read(&jvmti.env, nullptr, *ThreadState::current(), current);
  }

  Budget budget{1 << 20};
  StringTable strings{budget};
  FrameTable frames{budget};
  TraceTable traces{budget};
  StackWalk walk{VmStructs()};
  StackReader reader{25, true, walk, budget, strings, frames, traces};
};

// The first sample of a thread of native code, say.
void aThreadWithoutFramesHasATrace(GetStackTrace getStackTrace) {
  FakeJvmti jvmti(getStackTrace);
  Fixture f;

  uint32_t trace = f.read(jvmti, nullptr);

  CHECK(trace != StackReader::kNone);
  CHECK_EQUAL(0, f.traces[trace].depth);
  CHECK(!f.traces[trace].cut);
}

// JDK 21 stops all virtual threads from mounting when it is asked for the stack of no thread in particular.
void theThreadOfTheEventIsAsked() {
  FakeJvmti jvmti(noteThread);
  Fixture f;
  jthread current = reinterpret_cast<jthread>(&f);

  CHECK(f.read(jvmti, current) != StackReader::kNone);
  CHECK(asked == current);
  f.read(jvmti, nullptr);
  CHECK(asked == nullptr);
}

jvmtiError JNICALL lambdaSignature(jvmtiEnv*, jclass, char** signature, char**) {
  static char text[] = "LFoo$$Lambda.0x12;";
  *signature = text;
  return JVMTI_ERROR_NONE;
}

void theThreadThatLinksALambdaIsAsked() {
  FakeJvmti jvmti(noteThread);
  jvmti.functions.GetClassSignature = lambdaSignature;
  jvmti.functions.Deallocate = [](jvmtiEnv*, unsigned char*) { return JVMTI_ERROR_NONE; };
  Linkages linkages;
  jthread current = reinterpret_cast<jthread>(&linkages);

  linkages.note(&jvmti.env, nullptr, current, nullptr);

  CHECK(asked == current);
}

}  // namespace

void testStackReader() {
  aThreadWithoutFramesHasATrace(noFrames);
  aThreadWithoutFramesHasATrace(noThread);
  aThreadWithoutFramesHasATrace(notAlive);
  theThreadOfTheEventIsAsked();
  theThreadThatLinksALambdaIsAsked();
}
