// Where HotSpot keeps what a walk of the stack needs.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace tracemalloc {

// What the VM keeps there.
template <class T>
T at(const char* base, uint64_t offset = 0) {
  T value;
  memcpy(&value, base + offset, sizeof(T));
  return value;
}

/*
 * HotSpot describes itself in tables of names, types and offsets, exported for its Serviceability Agent (vmStructs.hpp): no
 * layout of a version is known here. A VM without the tables, or where one of the entries is missing or of another type, is not
 * walked; nor is one with JVMCI, whose code has the entry that deoptimizes where only its compiler knows.
 */
struct VmStructs {
  // Offsets in bytes.
  uint64_t threadState;
  uint64_t threadAnchor;
  uint64_t threadStackBase;
  uint64_t threadStackSize;
  uint64_t anchorSp;
  uint64_t anchorPc;
  uint64_t anchorFp;
  uint64_t wrapperAnchor;
  uint64_t arrayLength;
  uint64_t arrayData;
  uint64_t heapMemory;
  uint64_t heapSegmap;
  uint64_t heapLog2SegmentSize;
  uint64_t spaceLow;
  uint64_t spaceHigh;
  uint64_t blockHeader;
  uint64_t headerUsed;
  uint64_t stubBuffer;
  uint64_t stubLimit;
  uint64_t blobName;
  uint64_t blobFrameSize;
  uint64_t nmethodStubs;
  uint64_t nmethodCompileId;
  uint64_t nmethodEntryBci;
  // What tells of inlined methods lies behind the code, or apart from it.
  bool debugInfoIsApart;
  // Where it is; only if apart.
  uint64_t nmethodDebugInfo;
  // Of the code and of the scopes, the address, or if apart, the offset; of the descriptors, the offsets.
  uint64_t codeBegin;
  uint64_t nmethodScopes;
  uint64_t nmethodPcs;
  uint64_t nmethodPcsEnd;
  uint64_t pcDescOffset;
  uint64_t pcDescScope;
  // Sizes in bytes.
  uint64_t pcDescSize;
  uint64_t blockSize;
  uint64_t threadSize;
  // Of a frame, in words from its frame pointer.
  int64_t senderSp;
  int64_t callWrapper;
  // Variables.
  const void* codeHeaps;
  const void* interpreterCode;
  const void* callStubReturn;

  bool isComplete;

  // Of the VM in this process.
  static VmStructs find();
};

// The tables as the VM exports them: the address of the first entry, and the offsets within one.
struct VmTables {
  struct Structs {
    const char* first;
    uint64_t stride, typeName, fieldName, typeOfField, isStatic, offset, address;
  } structs;
  struct Numbers {
    const char* first;
    uint64_t stride, name, value;
  } sizes, integers;

  // Not complete if something is missing.
  VmStructs read() const;

  // Whether a flag of the VM is known and on.
  bool isOn(const char* flag) const;

 private:
  struct Field {
    const char* type;
    const char* field;
    // Null where any will do.
    const char* typeOfField;
    uint64_t* offset;
  };

  bool readAll(std::initializer_list<Field> fields) const;
  bool readDebugInfo(VmStructs* vm) const;
};

}  // namespace tracemalloc
