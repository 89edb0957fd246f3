#include "StackWalk.h"

#include <cstring>

#include "Hash.h"

namespace tracemalloc {

namespace {

// JavaThreadState: a callback of JVMTI, or a native method.
constexpr int32_t kInNative = 4;

// Words of x86 from the frame pointer: that of the caller, and its address to return to; of the interpreter, method and byte
// code, which no table tells, and which are the same in JDK 17 to 25.
constexpr int64_t kLink = 0;
constexpr int64_t kReturn = 1;
constexpr int64_t kMethod = -3;
constexpr int64_t kByteCode = -8;
// The same from the end of a compiled frame.
constexpr int64_t kCompiledLink = -2;
constexpr int64_t kCompiledReturn = -1;

// JNI_VERSION_20, from which on no byte of debug information is 0.
constexpr jint kNoZeroBytes = 0x00140000;

constexpr uint8_t kFreeSegment = 0xFF;

bool isNamed(const char* blobName, const char* name) { return blobName != nullptr && strcmp(blobName, name) == 0; }

}  // namespace

// The part of a thread's stack that is in use.
struct StackWalk::Bounds {
  const char* low;
  const char* high;

  bool has(const char* word) const {
    return word >= low && word < high && reinterpret_cast<uintptr_t>(word) % sizeof(void*) == 0;
  }

  // The word so many from an address on the stack; false if it is not on the stack.
  bool read(const char* from, int64_t words, const char** value) const {
    if (!has(from)) {
      return false;
    }
    const char* word = from + words * static_cast<int64_t>(sizeof(void*));
    if (!has(word)) {
      return false;
    }
    *value = at<const char*>(word);
    return true;
  }
};

struct StackWalk::Frame {
  const char* sp;
  const char* fp;
  const char* pc;
  // Whether the VM left Java here.
  bool isAnchored;

  // Where the VM left Java; false if it never was there.
  bool anchoredAt(const VmStructs& vm, const char* anchor, const Bounds& stack) {
    sp = at<const char*>(anchor, vm.anchorSp);
    fp = at<const char*>(anchor, vm.anchorFp);
    pc = at<const char*>(anchor, vm.anchorPc);
    isAnchored = true;
    return pc != nullptr ? stack.has(sp) : stack.read(sp, kCompiledReturn, &pc);
  }
};

void StackWalk::prepare(JNIEnv* env) {
#if defined(__x86_64__)
  if (!vm_.isComplete || environment_.load(std::memory_order_relaxed) != kUnknown) {
    return;
  }
  jclass type = env->FindClass("java/lang/Thread");
  jmethodID current = type == nullptr ? nullptr : env->GetStaticMethodID(type, "currentThread", "()Ljava/lang/Thread;");
  jfieldID field = current == nullptr ? nullptr : env->GetFieldID(type, "eetop", "J");
  jobject thread = field == nullptr ? nullptr : env->CallStaticObjectMethod(type, current);
  if (thread != nullptr) {
    const char* own = reinterpret_cast<const char*>(env->GetLongField(thread, field));
    int64_t distance = own == nullptr ? 0 : reinterpret_cast<const char*>(env) - own;
    if (distance > 0 && distance < static_cast<int64_t>(vm_.threadSize) &&
        at<int32_t>(own, vm_.threadState) == kInNative) {
      int64_t unknown = kUnknown;
      environment_.compare_exchange_strong(unknown, distance, std::memory_order_relaxed);
    }
    env->DeleteLocalRef(thread);
  }
  env->ExceptionClear();
  env->DeleteLocalRef(type);
#else
  (void)env;
#endif
}

StackWalk::End StackWalk::walk(JNIEnv* env, Visitor& visitor) const {
  int64_t distance = environment_.load(std::memory_order_relaxed);
  if (distance <= kUnknown) {
    return End::kNotWalkable;
  }
  const char* thread = reinterpret_cast<const char*>(env) - distance;
  const char* callStubReturn = at<const char*>(static_cast<const char*>(vm_.callStubReturn));
  Bounds stack = {};
  stack.high = at<const char*>(thread, vm_.threadStackBase);
  stack.low = stack.high - at<uint64_t>(thread, vm_.threadStackSize);
  Frame frame = {};
  if (!frame.anchoredAt(vm_, thread + vm_.threadAnchor, stack)) {
    return End::kNotWalkable;
  }
  stack.low = frame.sp;
  uint64_t generation = generation_.load(std::memory_order_relaxed);
  while (true) {
    const char* sp = frame.sp;
    Place place = {};
    bool isBottom = false;
    bool isLeft;
    if (frame.pc == callStubReturn) {
      isLeft = leaveNative(stack, &frame, &isBottom);
    } else if (isInterpreter(frame.pc)) {
      isLeft = leaveInterpreted(stack, generation, &frame, &place);
    } else {
      isLeft = leaveCompiled(stack, &frame, &place);
    }
    if (isLeft && isBottom) {
      return End::kWhole;
    }
    if (!isLeft || frame.sp <= sp) {
      return End::kNotWalkable;
    }
    if (place.key != 0 && !visitor.visit(place)) {
      return End::kStopped;
    }
  }
}

uint32_t StackWalk::framesAt(JNIEnv* env, const Place& place) const {
  return place.code == nullptr ? 1 : debugInfo_.framesAt(place.code, place.pc, env->GetVersion() >= kNoZeroBytes);
}

// Java was called by native code, and that by Java or by nobody.
bool StackWalk::leaveNative(const Bounds& stack, Frame* frame, bool* isBottom) const {
  const char* wrapper;
  if (!stack.read(frame->fp, vm_.callWrapper, &wrapper) || !stack.has(wrapper)) {
    return false;
  }
  const char* anchor = wrapper + vm_.wrapperAnchor;
  if (!stack.has(anchor + vm_.anchorSp) || !stack.has(anchor + vm_.anchorPc) || !stack.has(anchor + vm_.anchorFp)) {
    return false;
  }
  *isBottom = at<const char*>(anchor, vm_.anchorSp) == nullptr;
  return *isBottom || frame->anchoredAt(vm_, anchor, stack);
}

bool StackWalk::leaveInterpreted(const Bounds& stack, uint64_t generation, Frame* frame, Place* place) const {
  const char* method;
  const char* byteCode;
  const char* fp = frame->fp;
  if (!stack.read(fp, kMethod, &method) || !stack.read(fp, kByteCode, &byteCode) ||
      !stack.read(fp, vm_.senderSp, &frame->sp) || !stack.read(fp, kReturn, &frame->pc) ||
      !stack.read(fp, kLink, &frame->fp)) {
    return false;
  }
  place->key = mix(mix(reinterpret_cast<uint64_t>(method), reinterpret_cast<uint64_t>(byteCode)), generation);
  frame->isAnchored = false;
  return true;
}

// Code that is no method's only leads from Java to the VM.
bool StackWalk::leaveCompiled(const Bounds& stack, Frame* frame, Place* place) const {
  const char* blob = blobOf(frame->pc);
  if (blob == nullptr) {
    return false;
  }
  int64_t size = at<int32_t>(blob, vm_.blobFrameSize);
  const char* name = at<const char*>(blob, vm_.blobName);
  bool isJava = isNamed(name, "nmethod");
  // What calls a native method is one frame, whatever debug information says.
  bool isMethod = isJava || isNamed(name, "native nmethod");
  bool deoptimizes = isMethod && frame->pc >= blob + at<int32_t>(blob, vm_.nmethodStubs);
  if (size <= 0 || deoptimizes || (!isMethod && !frame->isAnchored)) {
    return false;
  }
  if (isMethod) {
    uint64_t compilation = static_cast<uint64_t>(at<uint32_t>(blob, vm_.nmethodCompileId)) << 32 |
                           at<uint32_t>(blob, vm_.nmethodEntryBci);
    *place = {mix(reinterpret_cast<uint64_t>(frame->pc), compilation), isJava ? blob : nullptr, frame->pc, !isJava};
  }
  const char* end = frame->sp + size * static_cast<int64_t>(sizeof(void*));
  if (!stack.read(end, kCompiledLink, &frame->fp) || !stack.read(end, kCompiledReturn, &frame->pc)) {
    return false;
  }
  frame->sp = end;
  frame->isAnchored = false;
  return true;
}

bool StackWalk::isInterpreter(const char* pc) const {
  const char* code = at<const char*>(static_cast<const char*>(vm_.interpreterCode));
  const char* first = at<const char*>(code, vm_.stubBuffer);
  return pc >= first && pc < first + at<int32_t>(code, vm_.stubLimit);
}

// As CodeHeap::find_start: of each segment of the memory, the map has how far back the block begins, at most.
const char* StackWalk::blobOf(const char* pc) const {
  const char* heaps = at<const char*>(static_cast<const char*>(vm_.codeHeaps));
  int32_t length = at<int32_t>(heaps, vm_.arrayLength);
  const char* data = at<const char*>(heaps, vm_.arrayData);
  for (int32_t i = 0; i < length; i++) {
    const char* heap = at<const char*>(data, static_cast<uint64_t>(i) * sizeof(void*));
    const char* low = at<const char*>(heap, vm_.heapMemory + vm_.spaceLow);
    if (pc < low || pc >= at<const char*>(heap, vm_.heapMemory + vm_.spaceHigh)) {
      continue;
    }
    int32_t shift = at<int32_t>(heap, vm_.heapLog2SegmentSize);
    const uint8_t* map = at<const uint8_t*>(heap, vm_.heapSegmap + vm_.spaceLow);
    uint64_t segment = static_cast<uint64_t>(pc - low) >> shift;
    if (map + segment >= at<const uint8_t*>(heap, vm_.heapSegmap + vm_.spaceHigh)) {
      return nullptr;
    }
    // The VM may make the way shorter meanwhile.
    uint8_t back = __atomic_load_n(map + segment, __ATOMIC_RELAXED);
    while (back > 0) {
      if (back == kFreeSegment || back > segment) {
        return nullptr;
      }
      segment -= back;
      back = __atomic_load_n(map + segment, __ATOMIC_RELAXED);
    }
    const char* block = low + (segment << shift);
    return at<bool>(block, vm_.blockHeader + vm_.headerUsed) ? block + vm_.blockSize : nullptr;
  }
  return nullptr;
}

}  // namespace tracemalloc
