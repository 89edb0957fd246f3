#include "VmStructs.h"

#include <cstddef>
#include <vector>

#include "Checks.h"

using namespace tracemalloc;

namespace {

struct Field {
  const char* type;
  const char* name;
  const char* typeOfField;
  int32_t isStatic;
  uint64_t offset;
  const void* address;
};

struct Size {
  const char* name;
  uint64_t value;
};

struct Integer {
  const char* name;
  int32_t value;
};

int variables[3];

std::vector<Field> fields() {
  return {
      {"JavaThread", "_thread_state", "", 0, 1, nullptr},
      {"JavaThread", "_anchor", "", 0, 2, nullptr},
      {"JavaThread", "_stack_base", "", 0, 3, nullptr},
      {"JavaThread", "_stack_size", "", 0, 4, nullptr},
      {"JavaFrameAnchor", "_last_Java_sp", "", 0, 5, nullptr},
      {"JavaFrameAnchor", "_last_Java_pc", "", 0, 6, nullptr},
      {"JavaFrameAnchor", "_last_Java_fp", "", 0, 7, nullptr},
      {"JavaCallWrapper", "_anchor", "", 0, 8, nullptr},
      {"GrowableArrayBase", "_len", "", 0, 9, nullptr},
      {"GrowableArray<int>", "_data", "", 0, 10, nullptr},
      {"CodeHeap", "_memory", "", 0, 11, nullptr},
      {"CodeHeap", "_segmap", "", 0, 12, nullptr},
      {"CodeHeap", "_log2_segment_size", "", 0, 13, nullptr},
      {"VirtualSpace", "_low", "", 0, 14, nullptr},
      {"VirtualSpace", "_high", "", 0, 15, nullptr},
      {"HeapBlock", "_header", "", 0, 16, nullptr},
      {"HeapBlock::Header", "_used", "", 0, 17, nullptr},
      {"StubQueue", "_stub_buffer", "", 0, 18, nullptr},
      {"StubQueue", "_buffer_limit", "", 0, 19, nullptr},
      {"CodeBlob", "_name", "", 0, 20, nullptr},
      {"CodeBlob", "_frame_size", "", 0, 21, nullptr},
      {"nmethod", "_stub_offset", "", 0, 22, nullptr},
      {"nmethod", "_compile_id", "", 0, 23, nullptr},
      {"nmethod", "_entry_bci", "", 0, 24, nullptr},
      {"CodeCache", "_heaps", "", 1, 0, &variables[0]},
      {"AbstractInterpreter", "_code", "", 1, 0, &variables[1]},
      {"StubRoutines", "_call_stub_return_address", "", 1, 0, &variables[2]},
      {nullptr, nullptr, nullptr, 0, 0, nullptr},
  };
}

VmStructs read(const std::vector<Field>& fields) {
  static const Size sizes[] = {{"HeapBlock", 25}, {"JavaThread", 26}, {nullptr, 0}};
  static const Integer integers[] = {
      {"frame::entry_frame_call_wrapper_offset", -6}, {"frame::interpreter_frame_sender_sp_offset", -1}, {nullptr, 0}};
  VmTables tables = {};
  tables.structs = {reinterpret_cast<const char*>(fields.data()),
                    sizeof(Field),
                    offsetof(Field, type),
                    offsetof(Field, name),
                    offsetof(Field, isStatic),
                    offsetof(Field, offset),
                    offsetof(Field, address)};
  tables.sizes = {reinterpret_cast<const char*>(sizes), sizeof(Size), offsetof(Size, name), offsetof(Size, value)};
  tables.integers = {reinterpret_cast<const char*>(integers), sizeof(Integer), offsetof(Integer, name),
                     offsetof(Integer, value)};
  return tables.read();
}

void entriesAreFoundByTheirNames() {
  VmStructs vm = read(fields());
  CHECK(vm.isComplete);
  CHECK_EQUAL(1, vm.threadState);
  CHECK_EQUAL(10, vm.arrayData);
  CHECK_EQUAL(17, vm.headerUsed);
  CHECK_EQUAL(24, vm.nmethodEntryBci);
  CHECK_EQUAL(25, vm.blockSize);
  CHECK_EQUAL(26, vm.threadSize);
  CHECK_EQUAL(-1, vm.senderSp);
  CHECK_EQUAL(-6, vm.callWrapper);
  CHECK(vm.callStubReturn == &variables[2]);
}

void eachEntryIsNeeded() {
  for (size_t missing = 0; missing + 1 < fields().size(); missing++) {
    std::vector<Field> others = fields();
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(missing));
    CHECK(!read(others).isComplete);
  }
}

void anotherVmIsNotWalked() { CHECK(!VmStructs::find().isComplete); }

}  // namespace

void testVmStructs() {
  entriesAreFoundByTheirNames();
  eachEntryIsNeeded();
  anotherVmIsNotWalked();
}
