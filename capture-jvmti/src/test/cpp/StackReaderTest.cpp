#include "StackReader.h"

#include "Checks.h"
#include "FakeHeap.h"
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
  explicit Fixture(uint32_t limit = 25, uint64_t bytes = 1 << 20)
      : budget(bytes), reader(limit, true, walk, budget, strings, frames, traces) {
    CHECK(ThreadState::prepare());
  }

  uint32_t read(FakeJvmti& jvmti, jthread current, JNIEnv* env = nullptr) {
    return reader.read(&jvmti.env, env, *ThreadState::current(), current);
  }

  Budget budget;
  StringTable strings{budget};
  FrameTable frames{budget};
  TraceTable traces{budget};
  StackWalk walk{VmStructs()};
  StackReader reader;
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

// Ten methods of one class, of which each load has its own ids.
struct ReloadedClass : FakeJvmti {
  ReloadedClass() : FakeJvmti(stack) {
    functions.GetMethodName = [](jvmtiEnv*, jmethodID id, char** name, char** descriptor, char**) {
      CHECK_EQUAL(load, reinterpret_cast<uintptr_t>(id) / kMethods);
      *name = text;
      text[0] = static_cast<char>('a' + reinterpret_cast<uintptr_t>(id) % kMethods);
      static char noArguments[] = "()V";
      *descriptor = noArguments;
      return JVMTI_ERROR_NONE;
    };
    functions.GetMethodDeclaringClass = [](jvmtiEnv*, jmethodID, jclass* type) {
      *type = nullptr;
      return JVMTI_ERROR_NONE;
    };
    functions.GetClassSignature = [](jvmtiEnv*, jclass, char** signature, char**) {
      static char reloaded[] = "LReloaded;";
      *signature = reloaded;
      return JVMTI_ERROR_NONE;
    };
    functions.GetSourceFileName = [](jvmtiEnv*, jclass, char**) { return JVMTI_ERROR_ABSENT_INFORMATION; };
    functions.IsMethodNative = [](jvmtiEnv*, jmethodID, jboolean*) { return JVMTI_ERROR_ABSENT_INFORMATION; };
    functions.GetLineNumberTable = [](jvmtiEnv*, jmethodID id, jint* count, jvmtiLineNumberEntry** table) {
      CHECK_EQUAL(load, reinterpret_cast<uintptr_t>(id) / kMethods);
      lines[0] = {0, firstLine};
      *table = lines;
      *count = 1;
      return JVMTI_ERROR_NONE;
    };
    functions.Deallocate = [](jvmtiEnv*, unsigned char*) { return JVMTI_ERROR_NONE; };
  }

  static jvmtiError JNICALL stack(jvmtiEnv*, jthread, jint, jint most, jvmtiFrameInfo* frames, jint* count) {
    *count = most < static_cast<jint>(kMethods) ? most : static_cast<jint>(kMethods);
    for (jint i = 0; i < *count; i++) {
      frames[i] = {reinterpret_cast<jmethodID>(load * kMethods + static_cast<uintptr_t>(i)), 3};
    }
    return JVMTI_ERROR_NONE;
  }

  static constexpr uintptr_t kMethods = 10;
  static uintptr_t load;
  static jint firstLine;
  static char text[2];
  static jvmtiLineNumberEntry lines[1];
};

uintptr_t ReloadedClass::load = 1;
jint ReloadedClass::firstLine = 42;
char ReloadedClass::text[2] = {};
jvmtiLineNumberEntry ReloadedClass::lines[1] = {};

// A class that is gone is not asked for names or lines.
void stacksOfAClassThatIsLoadedAgainAreOneTrace(uint32_t limit) {
  ReloadedClass jvmti;
  FakeHeap heap;
  Fixture f(limit, 8 << 20);
  ReloadedClass::load = 1;
  ReloadedClass::firstLine = 42;
  uint32_t trace = f.read(jvmti, nullptr, heap.env());
  uint32_t traces = f.traces.size();
  for (ReloadedClass::load = 2; ReloadedClass::load < 2000; ReloadedClass::load++) {
    CHECK_EQUAL(trace, f.read(jvmti, nullptr, heap.env()));
    CHECK_EQUAL(trace, f.read(jvmti, nullptr, heap.env()));
  }
  CHECK_EQUAL(traces, f.traces.size());
  CHECK_EQUAL(ReloadedClass::kMethods, f.frames.methodCount());

  ReloadedClass::firstLine = 43;
  uint32_t changed = f.read(jvmti, nullptr, heap.env());

  CHECK(changed != trace);
  CHECK_EQUAL(42, f.frames.frame(f.traces[trace].frames[0]).line);
  CHECK_EQUAL(43, f.frames.frame(f.traces[changed].frames[0]).line);
}

// Without room for what is only of use, names tell which method it is each time.
void smallTablesAreNotFilledByLoadingAgain() {
  ReloadedClass jvmti;
  FakeHeap heap;
  Fixture f(25, 256 * 1024);
  ReloadedClass::firstLine = 42;
  ReloadedClass::load = 1;
  uint32_t trace = f.read(jvmti, nullptr, heap.env());
  uint64_t used = f.budget.used();
  for (; ReloadedClass::load < 20000; ReloadedClass::load++) {
    CHECK_EQUAL(trace, f.read(jvmti, nullptr, heap.env()));
  }
  CHECK_EQUAL(used, f.budget.used());
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
  stacksOfAClassThatIsLoadedAgainAreOneTrace(25);
  stacksOfAClassThatIsLoadedAgainAreOneTrace(1);
  smallTablesAreNotFilledByLoadingAgain();
  theThreadOfTheEventIsAsked();
  theThreadThatLinksALambdaIsAsked();
}
