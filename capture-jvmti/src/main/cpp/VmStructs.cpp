#include "VmStructs.h"

#include <cstring>

// Weak: null in a VM that does not have them, or whose library the process does not let others see.
#define VM_SYMBOL(type, name) extern "C" __attribute__((weak, visibility("default"))) const type name
VM_SYMBOL(char*, gHotSpotVMStructs);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryArrayStride);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryTypeNameOffset);
VM_SYMBOL(uint64_t, gHotSpotVMStructEntryFieldNameOffset);
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

namespace tracemalloc {

namespace {

template <class T>
T at(const char* address) {
  T value;
  memcpy(&value, address, sizeof(T));
  return value;
}

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

bool offsetOf(const VmTables::Structs& table, const char* type, const char* field, uint64_t* offset) {
  const char* entry = entryOf(table, type, field);
  if (entry == nullptr || at<int32_t>(entry + table.isStatic) != 0) {
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

VmStructs VmTables::read() const {
  VmStructs vm = {};
  const struct {
    const char* type;
    const char* field;
    uint64_t* offset;
  } fields[] = {
      {"JavaThread", "_thread_state", &vm.threadState},
      {"JavaThread", "_anchor", &vm.threadAnchor},
      {"JavaThread", "_stack_base", &vm.threadStackBase},
      {"JavaThread", "_stack_size", &vm.threadStackSize},
      {"JavaFrameAnchor", "_last_Java_sp", &vm.anchorSp},
      {"JavaFrameAnchor", "_last_Java_pc", &vm.anchorPc},
      {"JavaFrameAnchor", "_last_Java_fp", &vm.anchorFp},
      {"JavaCallWrapper", "_anchor", &vm.wrapperAnchor},
      {"GrowableArrayBase", "_len", &vm.arrayLength},
      {"GrowableArray<int>", "_data", &vm.arrayData},
      {"CodeHeap", "_memory", &vm.heapMemory},
      {"CodeHeap", "_segmap", &vm.heapSegmap},
      {"CodeHeap", "_log2_segment_size", &vm.heapLog2SegmentSize},
      {"VirtualSpace", "_low", &vm.spaceLow},
      {"VirtualSpace", "_high", &vm.spaceHigh},
      {"HeapBlock", "_header", &vm.blockHeader},
      {"HeapBlock::Header", "_used", &vm.headerUsed},
      {"StubQueue", "_stub_buffer", &vm.stubBuffer},
      {"StubQueue", "_buffer_limit", &vm.stubLimit},
      {"CodeBlob", "_name", &vm.blobName},
      {"CodeBlob", "_frame_size", &vm.blobFrameSize},
      {"nmethod", "_stub_offset", &vm.nmethodStubs},
      {"nmethod", "_compile_id", &vm.nmethodCompileId},
      {"nmethod", "_entry_bci", &vm.nmethodEntryBci},
  };
  if (structs.first == nullptr || sizes.first == nullptr || integers.first == nullptr) {
    return vm;
  }
  for (const auto& field : fields) {
    if (!offsetOf(structs, field.type, field.field, field.offset)) {
      return vm;
    }
  }
  vm.isComplete = addressOf(structs, "CodeCache", "_heaps", &vm.codeHeaps) &&
                  addressOf(structs, "AbstractInterpreter", "_code", &vm.interpreterCode) &&
                  addressOf(structs, "StubRoutines", "_call_stub_return_address", &vm.callStubReturn) &&
                  valueOf(sizes, "HeapBlock", &vm.blockSize) && valueOf(sizes, "JavaThread", &vm.threadSize) &&
                  wordsOf(integers, "frame::interpreter_frame_sender_sp_offset", &vm.senderSp) &&
                  wordsOf(integers, "frame::entry_frame_call_wrapper_offset", &vm.callWrapper);
  return vm;
}

VmStructs VmStructs::find() {
  if (&gHotSpotVMStructs == nullptr || &gHotSpotVMTypes == nullptr || &gHotSpotVMIntConstants == nullptr) {
    return VmStructs();
  }
  VmTables tables = {};
  tables.structs = {gHotSpotVMStructs,
                    gHotSpotVMStructEntryArrayStride,
                    gHotSpotVMStructEntryTypeNameOffset,
                    gHotSpotVMStructEntryFieldNameOffset,
                    gHotSpotVMStructEntryIsStaticOffset,
                    gHotSpotVMStructEntryOffsetOffset,
                    gHotSpotVMStructEntryAddressOffset};
  tables.sizes = {gHotSpotVMTypes, gHotSpotVMTypeEntryArrayStride, gHotSpotVMTypeEntryTypeNameOffset,
                  gHotSpotVMTypeEntrySizeOffset};
  tables.integers = {gHotSpotVMIntConstants, gHotSpotVMIntConstantEntryArrayStride,
                     gHotSpotVMIntConstantEntryNameOffset, gHotSpotVMIntConstantEntryValueOffset};
  return tables.read();
}

}  // namespace tracemalloc
