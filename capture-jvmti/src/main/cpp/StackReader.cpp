#include "StackReader.h"

#include <cstring>

#include "Hash.h"
#include "JvmtiMemory.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kFirstCapacity = 256;

// In place of the depth of the whole stack: of the innermost frames of a deeper one, and of what is left of a cut one.
constexpr uint64_t kAnyDepth = UINT64_MAX;
constexpr uint64_t kCut = UINT64_MAX - 1;

bool startsWith(const char* text, const char* prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

bool isJdk(const char* signature) {
  return startsWith(signature, "Ljava/") || startsWith(signature, "Ljdk/") || startsWith(signature, "Lsun/") ||
         startsWith(signature, "Ljavax/") || startsWith(signature, "Lcom/sun/");
}

// Of the methods that a snapshot may leave out: of hidden classes, and of the classes that have hidden methods.
bool isMachinery(const char* signature) {
  return strchr(signature, '.') != nullptr || startsWith(signature, "Ljava/lang/invoke/") ||
         startsWith(signature, "Ljava/lang/reflect/") || startsWith(signature, "Ljdk/internal/") ||
         startsWith(signature, "Ljava/lang/Thread") || startsWith(signature, "Ljava/lang/VirtualThread") ||
         startsWith(signature, "Ljava/lang/ScopedValue") || startsWith(signature, "Ljava/security/AccessController");
}

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
    uint32_t number = frame(jvmti, env, stack.frames[length]);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    visible += !frames_.method(frames_.frame(number).method).isMachinery;
    numbers[length++] = number;
  }
  uint32_t outer = 0;
  for (uint32_t i = length; i < stack.depth; i++) {
    uint32_t number = method(jvmti, env, stack.frames[i].method);
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
  Trace trace = {};
  trace.key = keyOf(stack, prefix);
  trace.frames = numbers;
  trace.length = length;
  trace.outerMethods = outer;
  trace.depth = stack.depth;
  trace.ignored = isTracers(numbers, length);
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
    numbers[i] = frame(jvmti, env, stack.frames[i]);
    if (numbers[i] == FrameTable::kNone) {
      return kNone;
    }
  }
  Trace trace = {};
  trace.key = key;
  trace.frames = numbers;
  trace.length = length;
  trace.ignored = isTracers(numbers, length);
  trace.cut = true;
  return traces_.add(trace);
}

uint32_t StackReader::frame(jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo& info) const {
  uint32_t of = method(jvmti, env, info.method);
  if (of == FrameTable::kNone) {
    return FrameTable::kNone;
  }
  uint32_t known = frames_.findFrame(of, info.location);
  return known != FrameTable::kNone ? known : frames_.addFrame({of, line(jvmti, info), info.location});
}

uint32_t StackReader::method(jvmtiEnv* jvmti, JNIEnv* env, jmethodID id) const {
  uint64_t key = reinterpret_cast<uint64_t>(id);
  uint32_t known = frames_.findMethod(key);
  if (known != FrameTable::kNone) {
    return known;
  }
  Method method = {};
  method.id = key;
  JvmtiString name(jvmti);
  JvmtiString descriptor(jvmti);
  if (jvmti->GetMethodName(id, name.out(), descriptor.out(), nullptr) == JVMTI_ERROR_NONE) {
    method.name = strings_.intern(name.get(), strlen(name.get()));
    method.descriptor = strings_.intern(descriptor.get(), strlen(descriptor.get()));
  }
  jclass declaring = nullptr;
  if (jvmti->GetMethodDeclaringClass(id, &declaring) == JVMTI_ERROR_NONE) {
    JvmtiString signature(jvmti);
    if (jvmti->GetClassSignature(declaring, signature.out(), nullptr) == JVMTI_ERROR_NONE) {
      method.className = strings_.intern(signature.get(), strlen(signature.get()));
      method.isMachinery = isMachinery(signature.get());
      method.isJdk = isJdk(signature.get());
    }
    JvmtiString file(jvmti);
    if (jvmti->GetSourceFileName(declaring, file.out()) == JVMTI_ERROR_NONE) {
      method.sourceFile = strings_.intern(file.get(), strlen(file.get()));
    }
    env->DeleteLocalRef(declaring);
  }
  jboolean isNative = JNI_FALSE;
  method.isNative = jvmti->IsMethodNative(id, &isNative) == JVMTI_ERROR_NONE && isNative;
  return frames_.addMethod(method);
}

uint32_t StackReader::line(jvmtiEnv* jvmti, const jvmtiFrameInfo& info) const {
  jint length = 0;
  JvmtiMemory<jvmtiLineNumberEntry> table(jvmti);
  if (info.location < 0 ||
      jvmti->GetLineNumberTable(info.method, &length, table.out()) != JVMTI_ERROR_NONE) {
    return 0;
  }
  jint line = 0;
  jlocation start = -1;
  for (jint i = 0; i < length; i++) {
    if (table[i].start_location <= info.location && table[i].start_location > start) {
      start = table[i].start_location;
      line = table[i].line_number;
    }
  }
  return static_cast<uint32_t>(line);
}

// Whether it is the tracer that allocates: by itself, or through the JDK.
bool StackReader::isTracers(const uint32_t* numbers, uint32_t length) const {
  for (uint32_t i = 0; i < length; i++) {
    const Method& method = frames_.method(frames_.frame(numbers[i]).method);
    if (!method.isJdk) {
      return startsWith(strings_[method.className], "Lio/tracemalloc/");
    }
  }
  return false;
}

}  // namespace tracemalloc
