#include "StackReader.h"

#include <cstring>

#include "Hash.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kFirstCapacity = 256;

// In place of the depth of the whole stack: of the innermost frames of a deeper one, and of what is left of a cut one.
constexpr uint64_t kAnyDepth = UINT64_MAX;
constexpr uint64_t kCut = UINT64_MAX - 1;

constexpr char kTracers[] = "Lio/tracemalloc/";

uint64_t keyOf(const jvmtiFrameInfo* frames, uint32_t length, uint64_t depth) {
  uint64_t key = mix(depth, length);
  for (uint32_t i = 0; i < length; i++) {
    key = mix(key ^ reinterpret_cast<uint64_t>(frames[i].method), static_cast<uint64_t>(frames[i].location));
  }
  return key;
}

}  // namespace

uint32_t StackReader::read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread) {
  uint32_t slack = exactDepth_ ? kExactSlack : kSampleSlack;
  uint32_t most = limit_ + (thread.slack > slack ? thread.slack : slack);
  StackWalk::Key key = {};
  bool isToWalk = thread.recognised.isSo() || thread.random.oneIn(kRareWalks);
  bool walked = isToWalk && walk_.walk(env, exactDepth_ ? kMostWalked : most, &key) && (key.isWhole || !exactDepth_);
  uint32_t known = walked ? known_.find(key.hash) : kNone;
  thread.recognised.note(known != kNone);
  if (known != kNone) {
    recognised_.fetch_add(1, std::memory_order_relaxed);
    if (!thread.random.oneIn(kChecks)) {
      return known;
    }
  }
  bool isKnown = false;
  uint32_t trace = readFrames(jvmti, env, thread, most, &isKnown);
  if (trace == kNone) {
    return known;
  }
  if (!walked || traces_[trace].cut || trace == known) {
    return trace;
  }
  if (known != kNone && !haveSameNames(known, trace)) {
    mistaken_.fetch_add(1, std::memory_order_relaxed);
    walk_.disable();
  } else if (key.isWhole || isKnown) {
    // A frame of machine code is one of Java or more.
    known_.add(key.hash, trace);
  }
  return trace;
}

// A method that runs while its class is retransformed gets another id.
bool StackReader::haveSameNames(uint32_t one, uint32_t other) const {
  const Trace& a = traces_[one];
  const Trace& b = traces_[other];
  if (a.length != b.length) {
    return false;
  }
  for (uint32_t i = 0; i < a.length; i++) {
    const Frame& inOne = frames_.frame(a.frames[i]);
    const Frame& inOther = frames_.frame(b.frames[i]);
    const Method& ofOne = frames_.method(inOne.method);
    const Method& ofOther = frames_.method(inOther.method);
    if (inOne.location != inOther.location || ofOne.className != ofOther.className || ofOne.name != ofOther.name ||
        ofOne.descriptor != ofOther.descriptor) {
      return false;
    }
  }
  return true;
}

uint32_t StackReader::readFrames(
    jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint32_t most, bool* isKnown) const {
  uint32_t slack = exactDepth_ ? kExactSlack : kSampleSlack;
  Stack stack = {};
  bool innerOnly = !exactDepth_ && thread.known.isSo();
  if (!(innerOnly ? fetchMore(jvmti, thread, most, &stack) : fetchAll(jvmti, thread, &stack))) {
    return kNone;
  }
  uint32_t known = traces_.find(keyOf(stack, slack));
  while (known != kNone && traces_[known].forks) {
    slack *= kSlackGrowth;
    if (!fetchMore(jvmti, thread, limit_ + slack, &stack)) {
      return kNone;
    }
    known = traces_.find(keyOf(stack, slack));
  }
  thread.known.note(known != kNone);
  thread.slack = slack;
  if (known != kNone) {
    *isKnown = limit_ + slack <= most;
    return known;
  }
  uint32_t added = kNone;
  if (!budget_.isTight()) {
    if (!stack.isWhole && !fetchAll(jvmti, thread, &stack)) {
      return kNone;
    }
    added = add(jvmti, env, thread, stack, slack);
  }
  return added != kNone ? added : addSite(jvmti, env, thread, stack);
}

// To count the frames (GetFrameCount) takes longer than to read them.
bool StackReader::fetchAll(jvmtiEnv* jvmti, ThreadState& thread, Stack* stack) const {
  uint32_t capacity = thread.frameCapacity() < kFirstCapacity ? kFirstCapacity : thread.frameCapacity();
  while (fetch(jvmti, thread, capacity, stack)) {
    if (stack->isWhole) {
      return true;
    }
    capacity *= 4;
  }
  return false;
}

// Not as many as a limit of thousands asks for at once: that would make the buffer so large for shallow stacks, too.
bool StackReader::fetchMore(jvmtiEnv* jvmti, ThreadState& thread, uint32_t most, Stack* stack) const {
  if (stack->isWhole || stack->depth >= most) {
    return true;
  }
  return most < kFirstCapacity ? fetch(jvmti, thread, most, stack) : fetchAll(jvmti, thread, stack);
}

bool StackReader::fetch(jvmtiEnv* jvmti, ThreadState& thread, uint32_t most, Stack* stack) const {
  jvmtiFrameInfo* frames = thread.frames(most);
  jint length = 0;
  if (frames == nullptr ||
      jvmti->GetStackTrace(nullptr, 0, static_cast<jint>(most), frames, &length) != JVMTI_ERROR_NONE) {
    return false;
  }
  stack->frames = frames;
  stack->depth = static_cast<uint32_t>(length);
  stack->isWhole = stack->depth < most;
  return true;
}

uint64_t StackReader::keyOf(const Stack& stack, uint32_t slack) const {
  uint32_t prefix = limit_ + slack;
  bool ends = stack.depth < prefix;
  return tracemalloc::keyOf(stack.frames, ends ? stack.depth : prefix, ends || exactDepth_ ? stack.depth : kAnyDepth);
}

uint32_t StackReader::add(
    jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack, uint32_t slack) const {
  uint32_t* numbers = thread.numbers(stack.depth);
  if (numbers == nullptr) {
    return kNone;
  }
  Caller caller = Caller::kUnknown;
  uint32_t visible = 0;
  uint32_t least = 0;
  uint32_t length = 0;
  while (length < stack.depth && (visible < limit_ || length < least)) {
    uint32_t number = reader_.frame(jvmti, env, stack.frames[length]);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    const Method& method = frames_.method(frames_.frame(number).method);
    visible += !method.isMachinery && !method.isNative;
    if (length == 0 && method.isOfHiddenClass) {
      least = limit_ + kReferenceSlack;
    }
    caller = callerOf(caller, method);
    numbers[length++] = number;
  }
  uint32_t keyed = length;
  uint32_t outer = 0;
  for (uint32_t i = length; i < stack.depth; i++) {
    uint32_t number = reader_.method(jvmti, env, stack.frames[i].method);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    const Method& method = frames_.method(number);
    if (caller == Caller::kUnknown && i < kTracerFrames) {
      caller = callerOf(caller, method);
      keyed = i + 1;
    }
    if (method.isMachinery) {
      numbers[length + outer++] = number;
    }
  }
  for (; limit_ + slack < keyed; slack *= kSlackGrowth) {
    Trace fork = {};
    fork.key = keyOf(stack, slack);
    fork.forks = true;
    if (traces_.add(fork) == kNone) {
      return kNone;
    }
  }
  Trace trace = {};
  trace.key = keyOf(stack, slack);
  trace.frames = numbers;
  trace.length = length;
  trace.outerMethods = outer;
  trace.depth = stack.depth;
  trace.ignored = caller == Caller::kTracer;
  return traces_.add(trace);
}

uint32_t StackReader::addSite(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack) const {
  uint32_t length = stack.depth < kCutFrames ? stack.depth : kCutFrames;
  Trace trace = {};
  trace.key = tracemalloc::keyOf(stack.frames, length, kCut);
  uint32_t known = traces_.find(trace.key);
  if (known != kNone) {
    return known;
  }
  uint32_t* numbers = thread.numbers(length);
  if (numbers == nullptr) {
    return kNone;
  }
  Caller caller = Caller::kUnknown;
  for (uint32_t i = 0; i < length; i++) {
    numbers[i] = reader_.frame(jvmti, env, stack.frames[i]);
    if (numbers[i] == FrameTable::kNone) {
      return kNone;
    }
    caller = callerOf(caller, frames_.method(frames_.frame(numbers[i]).method));
  }
  trace.frames = numbers;
  trace.length = length;
  trace.ignored = caller == Caller::kTracer;
  trace.cut = true;
  return traces_.add(trace);
}

StackReader::Caller StackReader::callerOf(Caller inner, const Method& method) const {
  if (inner != Caller::kUnknown || method.isJdk) {
    return inner;
  }
  return strncmp(strings_[method.className], kTracers, strlen(kTracers)) == 0 ? Caller::kTracer : Caller::kProgram;
}

}  // namespace tracemalloc
