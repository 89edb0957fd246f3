#include "StackReader.h"

#include "Checks.h"

using namespace tracemalloc;

namespace {

jvmtiError JNICALL noFrames(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint* count) {
  *count = 0;
  return JVMTI_ERROR_NONE;
}

// On some VMs a thread that attaches itself allocates its Thread when it has none.
jvmtiError JNICALL noThread(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint*) { return JVMTI_ERROR_INVALID_THREAD; }

// The first sample of a thread of native code, say.
void aThreadWithoutFramesHasATrace(jvmtiError(JNICALL* getStackTrace)(jvmtiEnv*, jthread, jint, jint, jvmtiFrameInfo*, jint*)) {
  jvmtiInterface_1_ functions = {};
  functions.GetStackTrace = getStackTrace;
  jvmtiEnv jvmti = {};
  jvmti.functions = &functions;
  Budget budget(1 << 20);
  StringTable strings(budget);
  FrameTable frames(budget);
  TraceTable traces(budget);
  StackWalk walk{VmStructs()};
  StackReader reader(25, true, walk, budget, strings, frames, traces);
  CHECK(ThreadState::prepare());

  uint32_t trace = reader.read(&jvmti, nullptr, *ThreadState::current());

  CHECK(trace != StackReader::kNone);
  CHECK_EQUAL(0, traces[trace].depth);
  CHECK(!traces[trace].cut);
}

}  // namespace

void testStackReader() {
  aThreadWithoutFramesHasATrace(noFrames);
  aThreadWithoutFramesHasATrace(noThread);
}
