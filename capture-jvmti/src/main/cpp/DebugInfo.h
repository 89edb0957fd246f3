// How many methods were inlined at a place in compiled code.
#pragma once

#include <cstdint>

#include "VmStructs.h"

namespace tracemalloc {

/*
 * For each address to which a call returns, HotSpot keeps a descriptor (PcDesc) that leads to the scope of the innermost
 * method; each scope begins with the offset of the one that inlined it, 0 for the outermost (debugInfo.hpp). Nothing else of
 * the scopes is read here. Offsets are compressed as UNSIGNED5 (unsigned5.hpp, compressedStream.hpp): digits in base 64 of
 * which only the last is small. Since JDK 20 no byte is 0.
 */
class DebugInfo {
 public:
  // The tables stay where they are.
  explicit DebugInfo(const VmStructs& vm) : vm_(vm) {}

  // The frames of Java of the code at an address to which a call returns; 0 if the code does not say.
  uint32_t framesAt(const char* code, const char* pc, bool hasNoZeroBytes) const;

 private:
  const VmStructs& vm_;
};

}  // namespace tracemalloc
