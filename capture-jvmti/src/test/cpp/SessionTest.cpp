#include "Session.h"

#include "Checks.h"
#include "FakeHeap.h"

using namespace tracemalloc;

namespace {

jthread askedForFrames = nullptr;
jthread askedForName = nullptr;

// JDK 21 stops all virtual threads from mounting when it is asked about no thread in particular.
void theThreadOfTheEventIsAsked() {
  jvmtiInterface_1_ functions = {};
  functions.GetStackTrace = [](jvmtiEnv*, jthread thread, jint, jint, jvmtiFrameInfo*, jint* count) {
    askedForFrames = thread;
    *count = 0;
    return JVMTI_ERROR_NONE;
  };
  functions.GetThreadInfo = [](jvmtiEnv*, jthread thread, jvmtiThreadInfo* info) {
    askedForName = thread;
    *info = {};
    return JVMTI_ERROR_NONE;
  };
  functions.GetClassSignature = [](jvmtiEnv*, jclass, char** signature, char**) {
    static char bytes[] = "[B";
    *signature = bytes;
    return JVMTI_ERROR_NONE;
  };
  functions.Deallocate = [](jvmtiEnv*, unsigned char*) { return JVMTI_ERROR_NONE; };
  jvmtiEnv jvmti = {};
  jvmti.functions = &functions;
  FakeHeap heap;
  StackWalk walk{VmStructs()};
  CHECK(ThreadState::prepare());
  Session* session = Session::create({25, 1, 1 << 20, false, true}, walk);
  jthread current = reinterpret_cast<jthread>(session);

  session->record(&jvmti, heap.env(), *ThreadState::current(), current, nullptr, FakeHeap::canaryClass(), 16, 1, 1);

  CHECK_EQUAL(1, session->records.size());
  CHECK(askedForFrames == current);
  CHECK(askedForName == current);
  Session::destroy(session, heap.env());
}

}  // namespace

void testSession() { theThreadOfTheEventIsAsked(); }
