#include "VmStructs.h"

#include <cstddef>
#include <string>
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

struct Flag {
  const bool* address;
  const char* name;
};

std::vector<Field> fields() {
  return {
      {"JavaThread", "_thread_state", "", 0, 1, nullptr},
      {"JavaThread", "_anchor", "", 0, 2, nullptr},
      {"JavaThread", "_stack_base", "address", 0, 3, nullptr},
      {"JavaThread", "_stack_size", "size_t", 0, 4, nullptr},
      {"JavaFrameAnchor", "_last_Java_sp", "", 0, 5, nullptr},
      {"JavaFrameAnchor", "_last_Java_pc", "address", 0, 6, nullptr},
      {"JavaFrameAnchor", "_last_Java_fp", "", 0, 7, nullptr},
      {"JavaCallWrapper", "_anchor", "", 0, 8, nullptr},
      {"GrowableArrayBase", "_len", "int", 0, 9, nullptr},
      {"GrowableArray<int>", "_data", "", 0, 10, nullptr},
      {"CodeHeap", "_memory", "VirtualSpace", 0, 11, nullptr},
      {"CodeHeap", "_segmap", "VirtualSpace", 0, 12, nullptr},
      {"CodeHeap", "_log2_segment_size", "int", 0, 13, nullptr},
      {"VirtualSpace", "_low", "", 0, 14, nullptr},
      {"VirtualSpace", "_high", "", 0, 15, nullptr},
      {"HeapBlock", "_header", "", 0, 16, nullptr},
      {"HeapBlock::Header", "_used", "bool", 0, 17, nullptr},
      {"StubQueue", "_stub_buffer", "address", 0, 18, nullptr},
      {"StubQueue", "_buffer_limit", "int", 0, 19, nullptr},
      {"CodeBlob", "_name", "const char*", 0, 20, nullptr},
      {"CodeBlob", "_frame_size", "int", 0, 21, nullptr},
      {"nmethod", "_stub_offset", "int", 0, 22, nullptr},
      {"nmethod", "_compile_id", "int", 0, 23, nullptr},
      {"nmethod", "_entry_bci", "int", 0, 24, nullptr},
      {"nmethod", "_scopes_pcs_offset", "int", 0, 27, nullptr},
      {"nmethod", "_scopes_data_offset", "int", 0, 28, nullptr},
      {"nmethod", "_immutable_data", "address", 0, 29, nullptr},
      {"CodeBlob", "_code_offset", "int", 0, 30, nullptr},
      {"PcDesc", "_pc_offset", "int", 0, 31, nullptr},
      {"PcDesc", "_scope_decode_offset", "int", 0, 32, nullptr},
      {"CodeCache", "_heaps", "", 1, 0, &variables[0]},
      {"AbstractInterpreter", "_code", "", 1, 0, &variables[1]},
      {"StubRoutines", "_call_stub_return_address", "", 1, 0, &variables[2]},
      {nullptr, nullptr, nullptr, 0, 0, nullptr},
  };
}

VmTables tablesOf(const std::vector<Field>& fields) {
  static const Size sizes[] = {{"HeapBlock", 25}, {"JavaThread", 26}, {"JVMFlag", sizeof(Flag)},
                               {"PcDesc", 33}, {nullptr, 0}};
  static const Integer integers[] = {
      {"frame::entry_frame_call_wrapper_offset", -6}, {"frame::interpreter_frame_sender_sp_offset", -1}, {nullptr, 0}};
  VmTables tables = {};
  tables.structs = {reinterpret_cast<const char*>(fields.data()),
                    sizeof(Field),
                    offsetof(Field, type),
                    offsetof(Field, name),
                    offsetof(Field, typeOfField),
                    offsetof(Field, isStatic),
                    offsetof(Field, offset),
                    offsetof(Field, address)};
  tables.sizes = {reinterpret_cast<const char*>(sizes), sizeof(Size), offsetof(Size, name), offsetof(Size, value)};
  tables.integers = {reinterpret_cast<const char*>(integers), sizeof(Integer), offsetof(Integer, name),
                     offsetof(Integer, value)};
  return tables;
}

VmStructs read(const std::vector<Field>& fields) { return tablesOf(fields).read(); }

void entriesAreFoundByTheirNames() {
  VmStructs vm = read(fields());
  CHECK(vm.isComplete);
  CHECK_EQUAL(1, vm.threadState);
  CHECK_EQUAL(10, vm.arrayData);
  CHECK_EQUAL(17, vm.headerUsed);
  CHECK_EQUAL(24, vm.nmethodEntryBci);
  CHECK_EQUAL(25, vm.blockSize);
  CHECK_EQUAL(26, vm.threadSize);
  CHECK(vm.debugInfoIsApart);
  CHECK_EQUAL(27, vm.nmethodPcs);
  CHECK_EQUAL(28, vm.nmethodScopes);
  CHECK_EQUAL(28, vm.nmethodPcsEnd);
  CHECK_EQUAL(29, vm.nmethodDebugInfo);
  CHECK_EQUAL(30, vm.codeBegin);
  CHECK_EQUAL(33, vm.pcDescSize);
  CHECK_EQUAL(-1, vm.senderSp);
  CHECK_EQUAL(-6, vm.callWrapper);
  CHECK(vm.callStubReturn == &variables[2]);
}

void olderVmsHaveDebugInfoBehindTheCode() {
  std::vector<Field> older;
  for (const Field& field : fields()) {
    if (field.name == nullptr || (std::string(field.name) != "_scopes_data_offset" &&
                                  std::string(field.name) != "_immutable_data" &&
                                  std::string(field.name) != "_code_offset")) {
      older.push_back(field);
    }
  }
  CHECK(!read(older).isComplete);
  older.insert(older.begin(), {{"CompiledMethod", "_scopes_data_begin", "address", 0, 40, nullptr},
                               {"CodeBlob", "_code_begin", "address", 0, 41, nullptr},
                               {"nmethod", "_dependencies_offset", "int", 0, 42, nullptr}});
  VmStructs vm = read(older);
  CHECK(vm.isComplete);
  CHECK(!vm.debugInfoIsApart);
  CHECK_EQUAL(40, vm.nmethodScopes);
  CHECK_EQUAL(41, vm.codeBegin);
  CHECK_EQUAL(42, vm.nmethodPcsEnd);
}

void eachEntryIsNeeded() {
  for (size_t missing = 0; missing + 1 < fields().size(); missing++) {
    std::vector<Field> others = fields();
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(missing));
    CHECK(!read(others).isComplete);
  }
}

void aFieldOfAnotherTypeIsNotTaken() {
  for (const char* type : {static_cast<const char*>(nullptr), "uint8_t"}) {
    std::vector<Field> others = fields();
    for (Field& field : others) {
      if (field.name != nullptr && std::string(field.name) == "_log2_segment_size") {
        field.typeOfField = type;
      }
    }
    CHECK(!read(others).isComplete);
  }
}

void flagsAreRead() {
  static const bool yes = true;
  static const bool no = false;
  static const Flag flags[] = {{&no, "UseThis"}, {&yes, "EnableJVMCI"}, {nullptr, nullptr}};
  static const Flag* first = flags;
  static const uint64_t count = 3;
  std::vector<Field> all = fields();
  CHECK(!tablesOf(all).isOn("EnableJVMCI"));
  all.insert(all.begin(), {{"JVMFlag", "flags", "", 1, 0, &first},
                           {"JVMFlag", "numFlags", "", 1, 0, &count},
                           {"JVMFlag", "_name", "const char*", 0, offsetof(Flag, name), nullptr},
                           {"JVMFlag", "_addr", "", 0, offsetof(Flag, address), nullptr}});
  CHECK(tablesOf(all).isOn("EnableJVMCI"));
  CHECK(!tablesOf(all).isOn("UseThis"));
  CHECK(!tablesOf(all).isOn("UseThat"));
}

void anotherVmIsNotWalked() { CHECK(!VmStructs::find().isComplete); }

}  // namespace

void testVmStructs() {
  entriesAreFoundByTheirNames();
  olderVmsHaveDebugInfoBehindTheCode();
  eachEntryIsNeeded();
  aFieldOfAnotherTypeIsNotTaken();
  flagsAreRead();
  anotherVmIsNotWalked();
}
