#include "StackReader.h"

#include <cstring>

#include "Hash.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kFirstCapacity = 256;

// In place of the depth of the whole stack: of the innermost frames of a deeper one, and of what is left of a cut one.
constexpr uint64_t kAnyDepth = UINT64_MAX;
constexpr uint64_t kCut = UINT64_MAX - 1;

// Room for the frames of a stack with a new place.
constexpr size_t kListBytes = 64 * 1024;

constexpr char kTracers[] = "Lio/tracemalloc/";

uint64_t keyOf(const jvmtiFrameInfo* frames, uint32_t length, uint64_t depth) {
  uint64_t key = mix(depth, length);
  for (uint32_t i = 0; i < length; i++) {
    key = mix(key ^ reinterpret_cast<uint64_t>(frames[i].method), static_cast<uint64_t>(frames[i].location));
  }
  return key;
}

}  // namespace

uint32_t StackReader::read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, jthread current) {
  Stack stack = {};
  stack.thread = current;
  bool isToWalk = thread.walkable.isSo() || thread.random.oneIn(kRareWalks);
  stack.isComposed = isToWalk;
  uint32_t trace = readFrames(jvmti, env, thread, &stack);
  if (!isToWalk) {
    return trace;
  }
  bool isLearned = stack.hasNewPlace && learn(jvmti, env, thread, &stack);
  thread.walkable.note(stack.isComposed || isLearned);
  if (!stack.isComposed || trace == kNone) {
    return trace;
  }
  recognised_.fetch_add(1, std::memory_order_relaxed);
  if (!thread.random.oneIn(kChecks)) {
    return trace;
  }
  Stack again = {};
  again.thread = current;
  uint32_t told = readFrames(jvmti, env, thread, &again);
  if (told != kNone && told != trace && !haveSameNames(told, trace)) {
    mistaken_.fetch_add(1, std::memory_order_relaxed);
    walk_.disable();
  }
  return told == kNone ? trace : told;
}

bool StackReader::learn(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack) {
  if (!budget_.spares(kListBytes) || (!stack->isWhole && !fetchAll(jvmti, env, thread, stack))) {
    return false;
  }
  uint32_t* counts = thread.numbers(stack->depth);
  return counts != nullptr && composer_.learn(env, stack->frames, stack->depth, counts);
}

// A method that runs while its class is retransformed gets another id.
bool StackReader::haveSameNames(uint32_t one, uint32_t other) const {
  const Trace& a = traces_[one];
  const Trace& b = traces_[other];
  bool isCut = a.cut || b.cut;
  if (!isCut && (a.length != b.length || a.ignored != b.ignored || (exactDepth_ && a.depth != b.depth))) {
    return false;
  }
  for (uint32_t i = 0; i < a.length && i < b.length; i++) {
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

uint32_t StackReader::readFrames(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack) const {
  uint32_t slack = exactDepth_ ? kExactSlack : kSampleSlack;
  uint32_t most = limit_ + (thread.slack > slack ? thread.slack : slack);
  bool innerOnly = !exactDepth_ && thread.known.isSo();
  if (!(innerOnly ? fetchMore(jvmti, env, thread, most, stack) : fetchAll(jvmti, env, thread, stack))) {
    return kNone;
  }
  uint32_t known = traces_.find(keyOf(*stack, slack));
  while (known != kNone && traces_[known].forks) {
    slack *= kSlackGrowth;
    if (!fetchMore(jvmti, env, thread, limit_ + slack, stack)) {
      return kNone;
    }
    known = traces_.find(keyOf(*stack, slack));
  }
  thread.known.note(known != kNone);
  thread.slack = slack;
  if (known != kNone) {
    return known;
  }
  uint32_t added = kNone;
  if (!budget_.isTight()) {
    if (!stack->isWhole && !fetchAll(jvmti, env, thread, stack)) {
      return kNone;
    }
    added = add(jvmti, env, thread, *stack, slack);
  }
  return added != kNone ? added : addSite(jvmti, env, thread, *stack);
}

// To count the frames (GetFrameCount) takes longer than to read them.
bool StackReader::fetchAll(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, Stack* stack) const {
  uint32_t capacity = thread.frameCapacity() < kFirstCapacity ? kFirstCapacity : thread.frameCapacity();
  while (fetch(jvmti, env, thread, capacity, stack)) {
    if (stack->isWhole) {
      return true;
    }
    capacity *= 4;
  }
  return false;
}

// Not as many as a limit of thousands asks for at once: that would make the buffer so large for shallow stacks, too.
bool StackReader::fetchMore(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint32_t most, Stack* stack) const {
  if (stack->isWhole || stack->depth >= most) {
    return true;
  }
  return most < kFirstCapacity ? fetch(jvmti, env, thread, most, stack) : fetchAll(jvmti, env, thread, stack);
}

bool StackReader::fetch(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint32_t most, Stack* stack) const {
  jvmtiFrameInfo* frames = thread.frames(most);
  if (frames == nullptr) {
    return false;
  }
  stack->frames = frames;
  if (stack->isComposed && composer_.compose(env, frames, most, &stack->depth, &stack->hasNewPlace)) {
    stack->isWhole = stack->depth < most;
    return true;
  }
  stack->isComposed = false;
  jint length = 0;
  jvmtiError error = jvmti->GetStackTrace(stack->thread, 0, static_cast<jint>(most), frames, &length);
  // JDK 21 tells of the Thread that is made for a thread which attaches itself: it has no frames yet.
  if (error != JVMTI_ERROR_NONE && error != JVMTI_ERROR_INVALID_THREAD && error != JVMTI_ERROR_THREAD_NOT_ALIVE) {
    return false;
  }
  stack->depth = static_cast<uint32_t>(length);
  stack->isWhole = stack->depth < most;
  return true;
}

uint64_t StackReader::keyOf(const Stack& stack, uint32_t slack) const {
  Extent extent = extentOf(stack, slack);
  return tracemalloc::keyOf(stack.frames, extent.length, extent.depth);
}

StackReader::Extent StackReader::extentOf(const Stack& stack, uint32_t slack) const {
  uint32_t prefix = limit_ + slack;
  bool ends = stack.depth < prefix;
  return {ends ? stack.depth : prefix, ends || exactDepth_ ? stack.depth : kAnyDepth};
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
  bool renamed = false;
  while (length < stack.depth && (visible < limit_ || length < least)) {
    uint32_t number = reader_.frame(jvmti, env, stack.frames[length]);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    renamed = renamed || isRenamed(frames_.frame(number).method, stack.frames[length].method);
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
    renamed = renamed || isRenamed(number, stack.frames[i].method);
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
    fork.forks = true;
    if (addWithKey(jvmti, env, &fork, stack.frames, extentOf(stack, slack), renamed) == kNone) {
      return kNone;
    }
  }
  Trace trace = {};
  trace.frames = numbers;
  trace.length = length;
  trace.outerMethods = outer;
  trace.depth = stack.depth;
  trace.ignored = caller == Caller::kTracer;
  return addWithKey(jvmti, env, &trace, stack.frames, extentOf(stack, slack), renamed);
}

uint32_t StackReader::addWithKey(jvmtiEnv* jvmti, JNIEnv* env, Trace* trace, const jvmtiFrameInfo* frames,
                                 const Extent& extent, bool renamed) const {
  uint64_t key = tracemalloc::keyOf(frames, extent.length, extent.depth);
  trace->key = renamed ? firstKeyOf(jvmti, env, frames, extent) : key;
  uint32_t number = traces_.add(*trace);
  if (trace->key != key && number != kNone) {
    traces_.addKey(key, number);
  }
  return number;
}

uint64_t StackReader::firstKeyOf(
    jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo* frames, const Extent& extent) const {
  uint64_t key = mix(extent.depth, extent.length);
  for (uint32_t i = 0; i < extent.length; i++) {
    uint32_t number = reader_.method(jvmti, env, frames[i].method);
    uint64_t id =
        number == FrameTable::kNone ? reinterpret_cast<uint64_t>(frames[i].method) : frames_.method(number).id;
    key = mix(key ^ id, static_cast<uint64_t>(frames[i].location));
  }
  return key;
}

uint32_t StackReader::addSite(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack) const {
  uint32_t length = stack.depth < kCutFrames ? stack.depth : kCutFrames;
  uint32_t known = traces_.find(tracemalloc::keyOf(stack.frames, length, kCut));
  if (known != kNone) {
    return known;
  }
  uint32_t* numbers = thread.numbers(length);
  if (numbers == nullptr) {
    return kNone;
  }
  Caller caller = Caller::kUnknown;
  bool renamed = false;
  for (uint32_t i = 0; i < length; i++) {
    numbers[i] = reader_.frame(jvmti, env, stack.frames[i]);
    if (numbers[i] == FrameTable::kNone) {
      return kNone;
    }
    uint32_t method = frames_.frame(numbers[i]).method;
    renamed = renamed || isRenamed(method, stack.frames[i].method);
    caller = callerOf(caller, frames_.method(method));
  }
  Trace trace = {};
  trace.frames = numbers;
  trace.length = length;
  trace.ignored = caller == Caller::kTracer;
  trace.cut = true;
  return addWithKey(jvmti, env, &trace, stack.frames, {length, kCut}, renamed);
}

StackReader::Caller StackReader::callerOf(Caller inner, const Method& method) const {
  if (inner != Caller::kUnknown || method.isJdk) {
    return inner;
  }
  return strncmp(strings_[method.className], kTracers, strlen(kTracers)) == 0 ? Caller::kTracer : Caller::kProgram;
}

}  // namespace tracemalloc
