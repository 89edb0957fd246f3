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

uint32_t StackReader::read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread) const {
  uint32_t prefix = limit_ + kSlack;
  // Not with a limit of thousands, which would make the buffer that large for shallow stacks, too.
  bool innerOnly = !exactDepth_ && prefix < kFirstCapacity && thread.stacksAreKnown();
  Stack stack;
  if (!(innerOnly ? fetch(jvmti, thread, prefix + 1, &stack) : fetchAll(jvmti, thread, &stack))) {
    return kNone;
  }
  uint32_t known = traces_.find(keyOf(stack, prefix));
  thread.metStack(known != kNone && !traces_[known].forks);
  while (known != kNone && traces_[known].forks) {
    if (innerOnly && !fetchAll(jvmti, thread, &stack)) {
      return kNone;
    }
    innerOnly = false;
    prefix *= 2;
    known = traces_.find(keyOf(stack, prefix));
  }
  if (known != kNone) {
    return known;
  }
  uint32_t added = kNone;
  if (!budget_.isTight()) {
    if (innerOnly && stack.depth > prefix && !fetchAll(jvmti, thread, &stack)) {
      return kNone;
    }
    added = add(jvmti, env, thread, stack, prefix);
  }
  return added != kNone ? added : addSite(jvmti, env, thread, stack);
}

// To count the frames (GetFrameCount) takes longer than to read them.
bool StackReader::fetchAll(jvmtiEnv* jvmti, ThreadState& thread, Stack* stack) const {
  uint32_t capacity = thread.frameCapacity() < kFirstCapacity ? kFirstCapacity : thread.frameCapacity();
  while (fetch(jvmti, thread, capacity, stack)) {
    if (stack->depth < capacity) {
      return true;
    }
    capacity *= 4;
  }
  return false;
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
  return true;
}

uint64_t StackReader::keyOf(const Stack& stack, uint32_t prefix) const {
  bool ends = stack.depth <= prefix;
  return tracemalloc::keyOf(stack.frames, ends ? stack.depth : prefix, ends || exactDepth_ ? stack.depth : kAnyDepth);
}

uint32_t StackReader::add(
    jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack, uint32_t prefix) const {
  uint32_t* numbers = thread.numbers(stack.depth);
  if (numbers == nullptr) {
    return kNone;
  }
  // As many frames as the limit asks for and some, not counting those that may be left out.
  uint32_t visible = 0;
  uint32_t length = 0;
  while (length < stack.depth && (length < limit_ + kSlack || visible < limit_)) {
    uint32_t number = reader_.frame(jvmti, env, stack.frames[length]);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    visible += !frames_.method(frames_.frame(number).method).isMachinery;
    numbers[length++] = number;
  }
  uint32_t outer = 0;
  for (uint32_t i = length; i < stack.depth; i++) {
    uint32_t number = reader_.method(jvmti, env, stack.frames[i].method);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    if (frames_.method(number).isMachinery) {
      numbers[length + outer++] = number;
    }
  }
  for (; prefix < length; prefix *= 2) {
    Trace fork = {};
    fork.key = keyOf(stack, prefix);
    fork.forks = true;
    if (traces_.add(fork) == kNone) {
      return kNone;
    }
  }
  Trace trace = traceOf(keyOf(stack, prefix), numbers, length);
  trace.outerMethods = outer;
  trace.depth = stack.depth;
  return traces_.add(trace);
}

uint32_t StackReader::addSite(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, const Stack& stack) const {
  uint32_t length = stack.depth < kCutFrames ? stack.depth : kCutFrames;
  uint64_t key = tracemalloc::keyOf(stack.frames, length, kCut);
  uint32_t known = traces_.find(key);
  if (known != kNone) {
    return known;
  }
  uint32_t* numbers = thread.numbers(length);
  if (numbers == nullptr) {
    return kNone;
  }
  for (uint32_t i = 0; i < length; i++) {
    numbers[i] = reader_.frame(jvmti, env, stack.frames[i]);
    if (numbers[i] == FrameTable::kNone) {
      return kNone;
    }
  }
  Trace trace = traceOf(key, numbers, length);
  trace.cut = true;
  return traces_.add(trace);
}

Trace StackReader::traceOf(uint64_t key, const uint32_t* numbers, uint32_t length) const {
  Trace trace = {};
  trace.key = key;
  trace.frames = numbers;
  trace.length = length;
  trace.ignored = isTracers(numbers, length);
  return trace;
}

// Whether it is the tracer that allocates: by itself, or through the JDK.
bool StackReader::isTracers(const uint32_t* numbers, uint32_t length) const {
  for (uint32_t i = 0; i < length; i++) {
    const Method& method = frames_.method(frames_.frame(numbers[i]).method);
    if (!method.isJdk) {
      return strncmp(strings_[method.className], kTracers, strlen(kTracers)) == 0;
    }
  }
  return false;
}

}  // namespace tracemalloc
