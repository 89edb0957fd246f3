#include "StackWalk.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "Checks.h"

using namespace tracemalloc;

namespace {

constexpr int kSegment = 64;
constexpr int kLog2Segment = 6;
constexpr int kSegments = 256;

struct Anchor {
  void* sp;
  void* pc;
  void* fp;
};

struct Space {
  char* low;
  char* high;
};

struct Heap {
  Space memory;
  Space segmap;
  int32_t log2;
};

struct Array {
  int32_t length;
  Heap** data;
};

struct Blob {
  const char* name;
  int32_t frameSize;
  int32_t stubs;
  uint32_t compileId;
  int32_t entryBci;
};

struct Stubs {
  char* buffer;
  int32_t limit;
};

struct Thread {
  int32_t state;
  Anchor anchor;
  char* stackBase;
  uint64_t stackSize;
  JNIEnv env;
};

struct Wrapper {
  uint64_t something;
  Anchor anchor;
};

// A thread, its stack and a heap of code, laid out as VmStructs says and as no version of HotSpot has it.
class FakeVm {
 public:
  FakeVm() {
    current = this;
    functions_.FindClass = [](JNIEnv*, const char*) { return reinterpret_cast<jclass>(1); };
    functions_.GetStaticMethodID = [](JNIEnv*, jclass, const char*, const char*) {
      return reinterpret_cast<jmethodID>(2);
    };
    functions_.GetFieldID = [](JNIEnv*, jclass, const char*, const char*) { return reinterpret_cast<jfieldID>(3); };
    functions_.CallStaticObjectMethodV = [](JNIEnv*, jclass, jmethodID, va_list) {
      return reinterpret_cast<jobject>(4);
    };
    functions_.GetLongField = [](JNIEnv*, jobject, jfieldID) {
      return current->isVirtual ? 0 : reinterpret_cast<jlong>(&current->thread);
    };
    functions_.DeleteLocalRef = [](JNIEnv*, jobject) {};
    functions_.ExceptionClear = [](JNIEnv*) {};
    thread.env.functions = &functions_;
    thread.state = 4;
    thread.stackBase = reinterpret_cast<char*>(stack + kWords);
    thread.stackSize = sizeof(stack);
    memset(map_, 0xFF, sizeof(map_));
    heap_.memory = {code_, code_ + sizeof(code_)};
    heap_.segmap = {map_, map_ + sizeof(map_)};
    heap_.log2 = kLog2Segment;
    interpreter_ = {interpreterCode_, sizeof(interpreterCode_)};
    callStubReturn_ = callStub_;
  }

  VmStructs structs() {
    VmStructs vm = {};
    vm.threadState = offsetof(Thread, state);
    vm.threadAnchor = offsetof(Thread, anchor);
    vm.threadStackBase = offsetof(Thread, stackBase);
    vm.threadStackSize = offsetof(Thread, stackSize);
    vm.anchorSp = offsetof(Anchor, sp);
    vm.anchorPc = offsetof(Anchor, pc);
    vm.anchorFp = offsetof(Anchor, fp);
    vm.wrapperAnchor = offsetof(Wrapper, anchor);
    vm.arrayLength = offsetof(Array, length);
    vm.arrayData = offsetof(Array, data);
    vm.heapMemory = offsetof(Heap, memory);
    vm.heapSegmap = offsetof(Heap, segmap);
    vm.heapLog2SegmentSize = offsetof(Heap, log2);
    vm.spaceLow = offsetof(Space, low);
    vm.spaceHigh = offsetof(Space, high);
    vm.blockHeader = 8;
    vm.headerUsed = 4;
    vm.stubBuffer = offsetof(Stubs, buffer);
    vm.stubLimit = offsetof(Stubs, limit);
    vm.blobName = offsetof(Blob, name);
    vm.blobFrameSize = offsetof(Blob, frameSize);
    vm.nmethodStubs = offsetof(Blob, stubs);
    vm.nmethodCompileId = offsetof(Blob, compileId);
    vm.nmethodEntryBci = offsetof(Blob, entryBci);
    vm.blockSize = kBlockHeader;
    vm.threadSize = sizeof(Thread);
    vm.senderSp = -1;
    vm.callWrapper = -6;
    vm.codeHeaps = &heaps_;
    vm.interpreterCode = &interpreterPointer_;
    vm.callStubReturn = &callStubReturn_;
    vm.isComplete = true;
    return vm;
  }

  // Code from a segment on; its stubs begin behind so many bytes.
  Blob* code(int segment, int segments, const char* name, int32_t frameSize, uint32_t compileId) {
    for (int i = 0; i < segments; i++) {
      map_[segment + i] = static_cast<char>(i);
    }
    char* block = code_ + segment * kSegment;
    block[8 + 4] = 1;
    Blob* blob = reinterpret_cast<Blob*>(block + kBlockHeader);
    *blob = {name, frameSize, segments * kSegment - 100, compileId, -1};
    return blob;
  }

  void free(Blob* blob) { reinterpret_cast<char*>(blob)[4 + 8 - kBlockHeader] = 0; }

  static char* pcIn(Blob* blob, int offset) { return reinterpret_cast<char*>(blob) + offset; }
  char* interpreterPc() { return interpreterCode_ + 8; }
  char* callStubPc() { return callStub_; }

  static constexpr int kWords = 512;
  static constexpr int kBlockHeader = 16;

  static FakeVm* current;
  bool isVirtual = false;
  Thread thread = {};
  void* stack[kWords] = {};

 private:
  JNINativeInterface_ functions_ = {};
  alignas(kSegment) char code_[kSegments * kSegment] = {};
  char map_[kSegments];
  char interpreterCode_[64] = {};
  char callStub_[8] = {};
  Heap heap_ = {};
  Heap* heapPointers_[1] = {&heap_};
  Array array_ = {1, heapPointers_};
  Array* heaps_ = &array_;
  Stubs interpreter_ = {};
  Stubs* interpreterPointer_ = &interpreter_;
  void* callStubReturn_ = nullptr;
};

FakeVm* FakeVm::current = nullptr;

class Places final : public StackWalk::Visitor {
 public:
  bool visit(const StackWalk::Place& place) override {
    seen.push_back(place);
    return seen.size() < wanted;
  }

  std::vector<StackWalk::Place> seen;
  size_t wanted = 100;
};

/*
 * Innermost first: a stub that allocates, compiled code, the interpreter, compiled code that the VM called. In words:
 *   100 stub of 4        saved fp 102, return to outer 103
 *   104 outer of 10      saved fp 112 (that of the interpreter's frame), return to the interpreter 113
 *   114 interpreter      fp 130: method 127, byte code 122, sender 129, link 130, return to bottom 131
 *   132 bottom of 6      saved fp 136 (that of the entry frame), return to the call stub 137
 *   138 entry frame      fp 160: wrapper at 154
 */
struct Scene {
  FakeVm vm;
  StackWalk walk{vm.structs()};
  Blob* stub = vm.code(0, 4, "_new_instance_Java", 4, 0);
  Blob* outer = vm.code(8, 200, "nmethod", 10, 7);
  Blob* bottom = vm.code(210, 8, "native nmethod", 6, 8);
  Wrapper* wrapper = reinterpret_cast<Wrapper*>(vm.stack + 200);

  Scene() {
    void** stack = vm.stack;
    vm.thread.anchor = {stack + 100, nullptr, nullptr};
    stack[99] = FakeVm::pcIn(stub, 30);
    stack[103] = FakeVm::pcIn(outer, 9000);
    stack[112] = stack + 130;
    stack[113] = vm.interpreterPc();
    stack[127] = reinterpret_cast<void*>(0x1000);
    stack[122] = reinterpret_cast<void*>(0x2000);
    stack[129] = stack + 132;
    stack[131] = FakeVm::pcIn(bottom, 40);
    stack[136] = stack + 160;
    stack[137] = vm.callStubPc();
    stack[154] = wrapper;
    *wrapper = {};
    walk.prepare(&vm.thread.env);
  }

  StackWalk::End visit(Places& places) { return walk.walk(&vm.thread.env, places); }

  bool isWalkable() {
    Places places;
    return visit(places) != StackWalk::End::kNotWalkable;
  }

  std::vector<StackWalk::Place> places() {
    Places places;
    CHECK(visit(places) == StackWalk::End::kWhole);
    return places.seen;
  }

  uint64_t keyAt(size_t place) { return places()[place].key; }
};

void placesAreMethodsFromTheInnermostOutward() {
  Scene scene;
  std::vector<StackWalk::Place> places = scene.places();
  CHECK_EQUAL(3, places.size());
  CHECK(places[0].code == reinterpret_cast<char*>(scene.outer));
  CHECK(places[0].pc == FakeVm::pcIn(scene.outer, 9000));
  CHECK(!places[0].isNative);
  CHECK(places[1].code == nullptr);
  CHECK(!places[1].isNative);
  CHECK(places[2].code == nullptr);
  CHECK(places[2].isNative);
  CHECK_EQUAL(1, scene.walk.framesAt(&scene.vm.thread.env, places[1]));
  CHECK_EQUAL(1, scene.walk.framesAt(&scene.vm.thread.env, places[2]));
}

void theSamePlaceHasTheSameKey() {
  Scene scene;
  CHECK(scene.keyAt(0) == scene.keyAt(0));
  uint64_t interpreted = scene.keyAt(1);
  scene.vm.stack[103] = FakeVm::pcIn(scene.outer, 9008);
  CHECK(scene.keyAt(1) == interpreted);
}

void whateverNamesAPlaceIsInItsKey() {
  Scene scene;
  std::vector<uint64_t> keys = {scene.keyAt(0)};
  scene.vm.stack[103] = FakeVm::pcIn(scene.outer, 9008);
  keys.push_back(scene.keyAt(0));
  scene.outer->compileId = 9;
  keys.push_back(scene.keyAt(0));
  scene.outer->entryBci = 12;
  keys.push_back(scene.keyAt(0));
  keys.push_back(scene.keyAt(1));
  scene.vm.stack[127] = reinterpret_cast<void*>(0x1008);
  keys.push_back(scene.keyAt(1));
  scene.vm.stack[122] = reinterpret_cast<void*>(0x2001);
  keys.push_back(scene.keyAt(1));
  scene.walk.renewMethods();
  keys.push_back(scene.keyAt(1));
  keys.push_back(scene.keyAt(2));
  scene.bottom->compileId = 10;
  keys.push_back(scene.keyAt(2));
  for (size_t i = 0; i < keys.size(); i++) {
    for (size_t other = 0; other < i; other++) {
      CHECK(keys[i] != keys[other]);
    }
  }
}

void noMoreIsShownThanIsWanted() {
  Scene scene;
  Places two;
  two.wanted = 2;
  CHECK(scene.visit(two) == StackWalk::End::kStopped);
  CHECK_EQUAL(2, two.seen.size());
}

void aStackGoesOnBehindNativeCode() {
  Scene scene;
  size_t shorter = scene.places().size();
  // The call stub was called by native code that Java called, which has one frame more.
  Blob* native = scene.vm.code(220, 4, "native nmethod", 4, 11);
  scene.wrapper->anchor = {scene.vm.stack + 300, FakeVm::pcIn(native, 8), nullptr};
  scene.vm.stack[302] = scene.vm.stack + 400;
  scene.vm.stack[303] = scene.vm.callStubPc();
  scene.vm.stack[394] = scene.vm.stack + 450;
  CHECK_EQUAL(shorter + 1, scene.places().size());
}

void theWalkEndsAtWhatIsNoFrame() {
  Scene deoptimized;
  deoptimized.vm.stack[103] = FakeVm::pcIn(deoptimized.outer, deoptimized.outer->stubs);
  CHECK(!deoptimized.isWalkable());

  Scene stubInTheMiddle;
  stubInTheMiddle.outer->name = "StubRoutines (2)";
  CHECK(!stubInTheMiddle.isWalkable());

  Scene frameless;
  frameless.outer->frameSize = 0;
  CHECK(!frameless.isWalkable());

  Scene freed;
  freed.vm.free(freed.outer);
  CHECK(!freed.isWalkable());

  Scene unknownCode;
  unknownCode.vm.stack[103] = &unknownCode;
  CHECK(!unknownCode.isWalkable());

  Scene beyondTheStack;
  beyondTheStack.outer->frameSize = 1000;
  CHECK(!beyondTheStack.isWalkable());

  Scene backwards;
  backwards.vm.stack[129] = backwards.vm.stack + 104;
  CHECK(!backwards.isWalkable());

  Scene withoutJava;
  withoutJava.vm.thread.anchor = {};
  CHECK(!withoutJava.isWalkable());
}

void aWalkThatIsNotPossibleIsNotTried() {
  Scene disabled;
  disabled.walk.disable();
  CHECK(!disabled.isWalkable());
  disabled.walk.prepare(&disabled.vm.thread.env);
  CHECK(!disabled.isWalkable());

  FakeVm vm;
  VmStructs incomplete = vm.structs();
  incomplete.isComplete = false;
  StackWalk unknown(incomplete);
  unknown.prepare(&vm.thread.env);
  Places places;
  CHECK(unknown.walk(&vm.thread.env, places) == StackWalk::End::kNotWalkable);

  FakeVm onVirtualThread;
  onVirtualThread.isVirtual = true;
  StackWalk unprepared(onVirtualThread.structs());
  unprepared.prepare(&onVirtualThread.thread.env);
  CHECK(unprepared.walk(&onVirtualThread.thread.env, places) == StackWalk::End::kNotWalkable);
  CHECK(places.seen.empty());
}

}  // namespace

void testStackWalk() {
#if defined(__x86_64__)
  placesAreMethodsFromTheInnermostOutward();
  theSamePlaceHasTheSameKey();
  whateverNamesAPlaceIsInItsKey();
  noMoreIsShownThanIsWanted();
  aStackGoesOnBehindNativeCode();
  theWalkEndsAtWhatIsNoFrame();
#endif
  aWalkThatIsNotPossibleIsNotTried();
}
