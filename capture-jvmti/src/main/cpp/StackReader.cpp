#include "StackReader.h"

#include <cstring>

#include "Hash.h"
#include "JvmtiMemory.h"

namespace tracemalloc {

namespace {

constexpr uint32_t kFirstCapacity = 256;

bool startsWith(const char* text, const char* prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

bool isJdk(const char* signature) {
  return startsWith(signature, "Ljava/") || startsWith(signature, "Ljdk/") || startsWith(signature, "Lsun/") ||
         startsWith(signature, "Ljavax/") || startsWith(signature, "Lcom/sun/");
}

uint64_t keyOf(const jvmtiFrameInfo* frames, uint32_t length, uint64_t depth) {
  uint64_t key = depth;
  for (uint32_t i = 0; i < length; i++) {
    key = mix(key ^ reinterpret_cast<uint64_t>(frames[i].method), static_cast<uint64_t>(frames[i].location));
  }
  return key;
}

}  // namespace

uint32_t StackReader::read(jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread) const {
  Stack stack;
  if (!fetch(jvmti, thread, limit_ + kSlack, &stack)) {
    return kNone;
  }
  uint64_t key = keyOf(stack.frames, stack.length, stack.depth);
  uint32_t known = traces_.find(key);
  return known != kNone ? known : resolve(jvmti, env, thread, key, stack);
}

bool StackReader::fetch(jvmtiEnv* jvmti, ThreadState& thread, uint32_t most, Stack* stack) const {
  uint32_t capacity = most < kFirstCapacity ? most : kFirstCapacity;
  for (;;) {
    jvmtiFrameInfo* frames = thread.frames(capacity);
    jint length = 0;
    if (frames == nullptr ||
        jvmti->GetStackTrace(nullptr, 0, static_cast<jint>(capacity), frames, &length) != JVMTI_ERROR_NONE) {
      return false;
    }
    stack->frames = frames;
    stack->length = static_cast<uint32_t>(length);
    stack->depth = stack->length;
    if (stack->length < capacity) {
      return true;
    }
    if (capacity == most) {
      jint depth = 0;
      if (jvmti->GetFrameCount(nullptr, &depth) == JVMTI_ERROR_NONE && depth > length) {
        stack->depth = static_cast<uint32_t>(depth);
      }
      return true;
    }
    capacity = capacity > most / 4 ? most : capacity * 4;
  }
}

uint32_t StackReader::resolve(
    jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint64_t key, const Stack& stack) const {
  if (!budget_.isTight()) {
    uint32_t added = add(jvmti, env, thread, key, stack, false);
    if (added != kNone) {
      return added;
    }
  }
  // Read anew: an attempt to keep all of it may have needed the room.
  Stack site;
  if (!fetch(jvmti, thread, limit_ + kSlack, &site)) {
    return kNone;
  }
  site.length = site.length < kCutFrames ? site.length : kCutFrames;
  site.depth = 0;
  uint64_t siteKey = keyOf(site.frames, site.length, UINT64_MAX);
  uint32_t known = traces_.find(siteKey);
  return known != kNone ? known : add(jvmti, env, thread, siteKey, site, true);
}

uint32_t StackReader::add(
    jvmtiEnv* jvmti, JNIEnv* env, ThreadState& thread, uint64_t key, const Stack& stack, bool cut) const {
  Stack whole = stack;
  if (!cut && whole.depth > whole.length && !fetch(jvmti, thread, whole.depth, &whole)) {
    return kNone;
  }
  uint32_t* numbers = thread.numbers(whole.length);
  if (numbers == nullptr) {
    return kNone;
  }
  // As many frames as the limit asks for and some, not counting those that may be left out.
  uint32_t visible = 0;
  uint32_t length = 0;
  while (length < whole.length && (length < stack.length || visible < limit_)) {
    uint32_t number = frame(jvmti, env, whole.frames[length]);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    visible += !isMachinery(frames_.frame(number).method);
    numbers[length++] = number;
  }
  uint32_t outer = 0;
  for (uint32_t i = length; i < whole.length; i++) {
    uint32_t number = method(jvmti, env, whole.frames[i].method);
    if (number == FrameTable::kNone) {
      return kNone;
    }
    if (isMachinery(number)) {
      numbers[length + outer++] = number;
    }
  }
  Trace trace = {};
  trace.key = key;
  trace.frames = numbers;
  trace.length = length;
  trace.outerMethods = outer;
  trace.depth = cut ? 0 : whole.depth;
  trace.ignored = isTracers(numbers, length);
  trace.cut = cut;
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

// Methods that a snapshot may leave out: of hidden classes, and of the classes that have hidden methods.
bool StackReader::isMachinery(uint32_t method) const {
  const char* className = strings_[frames_.method(method).className];
  return strchr(className, '.') != nullptr || startsWith(className, "Ljava/lang/invoke/") ||
         startsWith(className, "Ljava/lang/reflect/") || startsWith(className, "Ljdk/internal/") ||
         startsWith(className, "Ljava/lang/Thread") || startsWith(className, "Ljava/lang/VirtualThread") ||
         startsWith(className, "Ljava/lang/ScopedValue") || startsWith(className, "Ljava/security/AccessController");
}

// Whether it is the tracer that allocates: by itself, or through the JDK.
bool StackReader::isTracers(const uint32_t* numbers, uint32_t length) const {
  for (uint32_t i = 0; i < length; i++) {
    const char* className = strings_[frames_.method(frames_.frame(numbers[i]).method).className];
    if (!isJdk(className)) {
      return startsWith(className, "Lio/tracemalloc/");
    }
  }
  return false;
}

}  // namespace tracemalloc
