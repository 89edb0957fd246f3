#include "DebugInfo.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "Checks.h"

using namespace tracemalloc;

namespace {

struct Descriptor {
  int32_t offset;
  int32_t scope;
  int32_t other;
};

// Code of an older VM, with its debug information behind it, and of a newer one, with it apart.
struct Behind {
  const char* codeBegin;
  const char* scopes;
  int32_t pcs;
  int32_t pcsEnd;
  Descriptor descriptors[5];
};

struct Apart {
  const char* information;
  int32_t codeBegin;
  int32_t scopes;
  int32_t pcs;
};

constexpr int32_t kCode = 1000;

// Scopes at 1, 3, 6, 195 and 300: the outermost, one inlined there, one in that; one inlined in the first, one in that.
std::vector<uint8_t> scopes(uint8_t excluded) {
  std::vector<uint8_t> bytes(400, 0xFF);
  auto digit = [&](uint32_t value) { return static_cast<uint8_t>(value + excluded); };
  bytes[1] = digit(0);
  bytes[3] = digit(1);
  bytes[6] = digit(3);
  bytes[195] = digit(1);
  // From 192 on, a byte has more behind it.
  bytes[300] = digit(195);
  bytes[301] = digit(0);
  return bytes;
}

const Descriptor kDescriptors[] = {{-1, 0, 0}, {10, 1, 0}, {20, 6, 0}, {36, 300, 0}, {1 << 20, 0, 0}};

VmStructs layout(bool isApart) {
  VmStructs vm = {};
  vm.debugInfoIsApart = isApart;
  vm.nmethodDebugInfo = offsetof(Apart, information);
  vm.codeBegin = isApart ? offsetof(Apart, codeBegin) : offsetof(Behind, codeBegin);
  vm.nmethodScopes = isApart ? offsetof(Apart, scopes) : offsetof(Behind, scopes);
  vm.nmethodPcs = isApart ? offsetof(Apart, pcs) : offsetof(Behind, pcs);
  vm.nmethodPcsEnd = isApart ? offsetof(Apart, scopes) : offsetof(Behind, pcsEnd);
  vm.pcDescOffset = offsetof(Descriptor, offset);
  vm.pcDescScope = offsetof(Descriptor, scope);
  vm.pcDescSize = sizeof(Descriptor);
  return vm;
}

void checkCounts(const VmStructs& vm, const char* code, const char* begin, bool hasNoZeroBytes) {
  DebugInfo info(vm);
  CHECK_EQUAL(1, info.framesAt(code, begin + 10, hasNoZeroBytes));
  CHECK_EQUAL(3, info.framesAt(code, begin + 20, hasNoZeroBytes));
  CHECK_EQUAL(3, info.framesAt(code, begin + 36, hasNoZeroBytes));
  // Not where a call returns.
  CHECK_EQUAL(0, info.framesAt(code, begin + 11, hasNoZeroBytes));
  CHECK_EQUAL(0, info.framesAt(code, begin - 1, hasNoZeroBytes));
  CHECK_EQUAL(0, info.framesAt(code, begin + 5000, hasNoZeroBytes));
}

void countsWhatIsBehindTheCode() {
  std::vector<uint8_t> bytes = scopes(0);
  static const char instructions[4096] = {};
  Behind code = {};
  code.codeBegin = instructions;
  code.scopes = reinterpret_cast<const char*>(bytes.data());
  code.pcs = offsetof(Behind, descriptors);
  code.pcsEnd = sizeof(Behind);
  memcpy(code.descriptors, kDescriptors, sizeof(kDescriptors));
  checkCounts(layout(false), reinterpret_cast<const char*>(&code), instructions, false);
}

std::vector<char> informationOf(const std::vector<uint8_t>& bytes) {
  std::vector<char> information(sizeof(kDescriptors) + bytes.size());
  memcpy(information.data(), kDescriptors, sizeof(kDescriptors));
  memcpy(information.data() + sizeof(kDescriptors), bytes.data(), bytes.size());
  return information;
}

void countsWhatIsApart() {
  std::vector<char> information = informationOf(scopes(1));
  static Apart code[500] = {};
  code[0] = {information.data(), kCode, static_cast<int32_t>(sizeof(kDescriptors)), 0};
  const char* start = reinterpret_cast<const char*>(code);
  checkCounts(layout(true), start, start + kCode, true);
}

// An offset that does not lead to an earlier scope is no offset.
void whatCannotBeScopesIsNotCounted() {
  std::vector<uint8_t> bytes = scopes(1);
  bytes[3] = 1 + 6;
  std::vector<char> information = informationOf(bytes);
  static Apart code[500] = {};
  code[0] = {information.data(), kCode, static_cast<int32_t>(sizeof(kDescriptors)), 0};
  const char* start = reinterpret_cast<const char*>(code);
  CHECK_EQUAL(0, DebugInfo(layout(true)).framesAt(start, start + kCode + 20, true));
}

}  // namespace

void testDebugInfo() {
  countsWhatIsBehindTheCode();
  countsWhatIsApart();
  whatCannotBeScopesIsNotCounted();
}
