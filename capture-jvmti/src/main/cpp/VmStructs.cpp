#include "VmStructs.h"

#include <cstring>

// Weak: null in a VM that does not have them, or whose library the process does not let others see.
#if defined(__linux__)
#define VM_SYMBOL(type, name) extern "C" __attribute__((weak, visibility("default"))) const type name
VM_SYMBOL(char*, gHotSpotVMStructs);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryArrayStride);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryTypeNameOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryFieldNameOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryTypeStringOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryIsStaticOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryOffsetOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryAddressOffset);
VM_SYMBOL(char*, gHotSpotVMTypes);
VM_SYMBOL(uint64_t, gHotSpotVMTypeEntryArrayStride);
VM_SYMBOL(uint64_t, gHotSpotVMTypeEntryTypeNameOffset);
VM_SYMBOL(uint64_t, gHotSpotVMTypeEntrySizeOffset);
VM_SYMBOL(char*, gHotSpotVMIntConstants);
VM_SYMBOL(uint64_t, gHotSpotVMIntConstantEntryArrayStride);
VM_SYMBOL(uint64_t, gHotSpotVMIntConstantEntryNameOffset);
VM_SYMBOL(uint64_t, gHotSpotVMIntConstantEntryValueOffset);
#undef VM_SYMBOL
#endif

namespace tracemalloc {

namespace {

// The entry of a field; null if there is none.
const char* entryOf(const VmTables::Structs& table, const char* type, const char* field) {
  for (const char* entry = table.first;; entry += table.stride) {
    const char* name = at<const char*>(entry + table.typeName);
    if (name == nullptr) {
      return nullptr;
    }
    if (strcmp(name, type) == 0 && strcmp(at<const char*>(entry + table.fieldName), field) == 0) {
      return entry;
    }
  }
}

template <class T>
bool valueOf(const VmTables::Numbers& table, const char* name, T* value) {
  for (const char* entry = table.first;; entry += table.stride) {
    const char* known = at<const char*>(entry + table.name);
    if (known == nullptr) {
      return false;
    }
    if (strcmp(known, name) == 0) {
      *value = at<T>(entry + table.value);
      return true;
    }
  }
}

// Of a field that has that type, which is null where any will do.
bool offsetOf(
    const VmTables::Structs& table, const char* type, const char* field, const char* typeOfField, uint64_t* offset) {
  const char* entry = entryOf(table, type, field);
  if (entry == nullptr || at<int32_t>(entry + table.isStatic) != 0) {
    return false;
  }
  // The table does not tell the types of all.
  const char* known = at<const char*>(entry + table.typeOfField);
  if (typeOfField != nullptr && (known == nullptr || strcmp(known, typeOfField) != 0)) {
    return false;
  }
  *offset = at<uint64_t>(entry + table.offset);
  return true;
}

bool addressOf(const VmTables::Structs& table, const char* type, const char* field, const void** address) {
  const char* entry = entryOf(table, type, field);
  if (entry == nullptr || at<int32_t>(entry + table.isStatic) == 0) {
    return false;
  }
  *address = at<const void*>(entry + table.address);
  return *address != nullptr;
}

bool wordsOf(const VmTables::Numbers& table, const char* name, int64_t* words) {
  int32_t value = 0;
  bool known = valueOf(table, name, &value);
  *words = value;
  return known;
}

}  // namespace

bool VmTables::readAll(std::initializer_list<Field> fields) const {
  for (const Field& field : fields) {
    if (!offsetOf(structs, field.type, field.field, field.typeOfField, field.offset)) {
      return false;
    }
  }
  return true;
}

bool VmTables::readDebugInfo(VmStructs* vm) const {
  vm->debugInfoIsApart = readAll({{"nmethod", "_immutable_data", "address", &vm->nmethodDebugInfo},
                                  {"CodeBlob", "_code_offset", "int", &vm->codeBegin},
                                  {"nmethod", "_scopes_data_offset", "int", &vm->nmethodScopes},
                                  {"nmethod", "_scopes_data_offset", "int", &vm->nmethodPcsEnd}});
  return vm->debugInfoIsApart || readAll({{"CodeBlob", "_code_begin", "address", &vm->codeBegin},
                                          {"CompiledMethod", "_scopes_data_begin", "address", &vm->nmethodScopes},
                                          {"nmethod", "_dependencies_offset", "int", &vm->nmethodPcsEnd}});
}

VmStructs VmTables::read() const {
  VmStructs vm = {};
  if (structs.first == nullptr || sizes.first == nullptr || integers.first == nullptr) {
    return vm;
  }
  bool haveFields = readAll({
      {"JavaThread", "_thread_state", nullptr, &vm.threadState},
      {"JavaThread", "_anchor", nullptr, &vm.threadAnchor},
      {"JavaThread", "_stack_base", "address", &vm.threadStackBase},
      {"JavaThread", "_stack_size", "size_t", &vm.threadStackSize},
      {"JavaFrameAnchor", "_last_Java_sp", nullptr, &vm.anchorSp},
      {"JavaFrameAnchor", "_last_Java_pc", "address", &vm.anchorPc},
      {"JavaFrameAnchor", "_last_Java_fp", nullptr, &vm.anchorFp},
      {"JavaCallWrapper", "_anchor", nullptr, &vm.wrapperAnchor},
      {"GrowableArrayBase", "_len", "int", &vm.arrayLength},
      {"GrowableArray<int>", "_data", nullptr, &vm.arrayData},
      {"CodeHeap", "_memory", "VirtualSpace", &vm.heapMemory},
      {"CodeHeap", "_segmap", "VirtualSpace", &vm.heapSegmap},
      {"CodeHeap", "_log2_segment_size", "int", &vm.heapLog2SegmentSize},
      {"VirtualSpace", "_low", nullptr, &vm.spaceLow},
      {"VirtualSpace", "_high", nullptr, &vm.spaceHigh},
      {"HeapBlock", "_header", nullptr, &vm.blockHeader},
      {"HeapBlock::Header", "_used", "bool", &vm.headerUsed},
      {"StubQueue", "_stub_buffer", "address", &vm.stubBuffer},
      {"StubQueue", "_buffer_limit", "int", &vm.stubLimit},
      {"CodeBlob", "_name", "const char*", &vm.blobName},
      {"CodeBlob", "_frame_size", "int", &vm.blobFrameSize},
      {"nmethod", "_stub_offset", "int", &vm.nmethodStubs},
      {"nmethod", "_compile_id", "int", &vm.nmethodCompileId},
      {"nmethod", "_entry_bci", "int", &vm.nmethodEntryBci},
      {"nmethod", "_scopes_pcs_offset", "int", &vm.nmethodPcs},
      {"PcDesc", "_pc_offset", "int", &vm.pcDescOffset},
      {"PcDesc", "_scope_decode_offset", "int", &vm.pcDescScope},
  });
  vm.isComplete = haveFields && readDebugInfo(&vm) && valueOf(sizes, "PcDesc", &vm.pcDescSize) && vm.pcDescSize > 0 &&
                  addressOf(structs, "CodeCache", "_heaps", &vm.codeHeaps) &&
                  addressOf(structs, "AbstractInterpreter", "_code", &vm.interpreterCode) &&
                  addressOf(structs, "StubRoutines", "_call_stub_return_address", &vm.callStubReturn) &&
                  valueOf(sizes, "HeapBlock", &vm.blockSize) && valueOf(sizes, "JavaThread", &vm.threadSize) &&
                  wordsOf(integers, "frame::interpreter_frame_sender_sp_offset", &vm.senderSp) &&
                  wordsOf(integers, "frame::entry_frame_call_wrapper_offset", &vm.callWrapper);
  return vm;
}

bool VmTables::isOn(const char* flag) const {
  const void* flags;
  const void* count;
  uint64_t name;
  uint64_t address;
  uint64_t size;
  if (!addressOf(structs, "JVMFlag", "flags", &flags) || !addressOf(structs, "JVMFlag", "numFlags", &count) ||
      !offsetOf(structs, "JVMFlag", "_name", "const char*", &name) ||
      !offsetOf(structs, "JVMFlag", "_addr", nullptr, &address) || !valueOf(sizes, "JVMFlag", &size)) {
    return false;
  }
  const char* entry = at<const char*>(static_cast<const char*>(flags));
  for (uint64_t left = at<uint64_t>(static_cast<const char*>(count)); left > 0; left--, entry += size) {
    const char* known = at<const char*>(entry + name);
    if (known != nullptr && strcmp(known, flag) == 0) {
      return at<bool>(at<const char*>(entry + address));
    }
  }
  return false;
}

VmStructs VmStructs::find() {
#if defined(__linux__)
  const void* symbols[] = {&gHotSpotVMStructs,
                           &gHotSpotVMStructEntryArrayStride,
                           &gHotSpotVMStructEntryTypeNameOffset,
                           &gHotSpotVMStructEntryFieldNameOffset,
                           &gHotSpotVMStructEntryTypeStringOffset,
                           &gHotSpotVMStructEntryIsStaticOffset,
                           &gHotSpotVMStructEntryOffsetOffset,
                           &gHotSpotVMStructEntryAddressOffset,
                           &gHotSpotVMTypes,
                           &gHotSpotVMTypeEntryArrayStride,
                           &gHotSpotVMTypeEntryTypeNameOffset,
                           &gHotSpotVMTypeEntrySizeOffset,
                           &gHotSpotVMIntConstants,
                           &gHotSpotVMIntConstantEntryArrayStride,
                           &gHotSpotVMIntConstantEntryNameOffset,
                           &gHotSpotVMIntConstantEntryValueOffset};
  for (const void* symbol : symbols) {
    if (symbol == nullptr) {
      return VmStructs();
    }
  }
  VmTables tables = {};
  tables.structs = {gHotSpotVMStructs,
                    gHotSpotVMStructEntryArrayStride,
                    gHotSpotVMStructEntryTypeNameOffset,
                    gHotSpotVMStructEntryFieldNameOffset,
                    gHotSpotVMStructEntryTypeStringOffset,
                    gHotSpotVMStructEntryIsStaticOffset,
                    gHotSpotVMStructEntryOffsetOffset,
                    gHotSpotVMStructEntryAddressOffset};
  tables.sizes = {gHotSpotVMTypes, gHotSpotVMTypeEntryArrayStride, gHotSpotVMTypeEntryTypeNameOffset,
                  gHotSpotVMTypeEntrySizeOffset};
  tables.integers = {gHotSpotVMIntConstants, gHotSpotVMIntConstantEntryArrayStride,
                     gHotSpotVMIntConstantEntryNameOffset, gHotSpotVMIntConstantEntryValueOffset};
  VmStructs vm = tables.read();
  vm.isComplete = vm.isComplete && !tables.isOn("EnableJVMCI");
  return vm;
#else
  return VmStructs();
#endif
}

}  // namespace tracemalloc
