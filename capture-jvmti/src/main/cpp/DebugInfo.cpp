#include "DebugInfo.h"

namespace tracemalloc {

namespace {

// Of UNSIGNED5: bytes of at least kHigh have more behind them, of which there are at most four.
constexpr uint32_t kHigh = 192;
constexpr uint32_t kDigitBits = 6;
constexpr uint32_t kMostBytes = 5;

// More methods are never inlined in one another.
constexpr uint32_t kMostScopes = 1000;

uint32_t unsigned5(const char* bytes, uint32_t excluded) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < kMostBytes; i++) {
    uint32_t byte = at<uint8_t>(bytes, i);
    value += (byte - excluded) << (i * kDigitBits);
    if (byte < kHigh) {
      break;
    }
  }
  return value;
}

// Of sorted descriptors, the one of this offset; null if there is none.
const char* descriptorOf(const VmStructs& vm, const char* first, const char* end, int64_t offset) {
  int64_t low = 0;
  int64_t high = (end - first) / static_cast<int64_t>(vm.pcDescSize) - 1;
  while (low <= high) {
    int64_t middle = (low + high) / 2;
    const char* descriptor = first + middle * static_cast<int64_t>(vm.pcDescSize);
    int32_t found = at<int32_t>(descriptor, vm.pcDescOffset);
    if (found == offset) {
      return descriptor;
    }
    if (found < offset) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return nullptr;
}

}  // namespace

uint32_t DebugInfo::framesAt(const char* code, const char* pc, bool hasNoZeroBytes) const {
  const char* base = vm_.debugInfoIsApart ? at<const char*>(code, vm_.nmethodDebugInfo) : code;
  const char* begin = vm_.debugInfoIsApart ? code + at<int32_t>(code, vm_.codeBegin) : at<const char*>(code, vm_.codeBegin);
  const char* descriptor = descriptorOf(
      vm_, base + at<int32_t>(code, vm_.nmethodPcs), base + at<int32_t>(code, vm_.nmethodPcsEnd), pc - begin);
  if (descriptor == nullptr) {
    return 0;
  }
  const char* scopes = vm_.debugInfoIsApart ? base + at<int32_t>(code, vm_.nmethodScopes)
                                            : at<const char*>(code, vm_.nmethodScopes);
  uint32_t count = 0;
  for (uint32_t scope = at<uint32_t>(descriptor, vm_.pcDescScope); scope != 0;) {
    uint32_t outer = unsigned5(scopes + scope, hasNoZeroBytes ? 1 : 0);
    // The outer scopes are written first.
    if (outer >= scope || ++count > kMostScopes) {
      return 0;
    }
    scope = outer;
  }
  return count;
}

}  // namespace tracemalloc
