#include "KnownStacks.h"

#include <thread>
#include <vector>

#include "Checks.h"
#include "Hash.h"

using namespace tracemalloc;

namespace {

constexpr uint64_t kPlenty = 16 << 20;

void whatWasAddedIsKnown() {
  Budget budget(kPlenty);
  KnownStacks stacks(budget);
  CHECK(stacks.find(5) == KnownStacks::kNone);
  stacks.add(5, 0);
  stacks.add(6, 77);
  CHECK_EQUAL(0, stacks.find(5));
  CHECK_EQUAL(77, stacks.find(6));
  CHECK(stacks.find(7) == KnownStacks::kNone);
}

void whatIsKnownLongestGoesFirst() {
  Budget budget(kPlenty);
  KnownStacks stacks(budget);
  constexpr uint64_t kSamePlace = 1 << 20;
  stacks.add(kSamePlace, 1);
  stacks.add(kSamePlace * 2, 2);
  CHECK_EQUAL(1, stacks.find(kSamePlace));
  stacks.add(kSamePlace * 3, 3);
  CHECK(stacks.find(kSamePlace) == KnownStacks::kNone);
  CHECK_EQUAL(2, stacks.find(kSamePlace * 2));
  CHECK_EQUAL(3, stacks.find(kSamePlace * 3));
}

void littleMemoryIsLeftToOthers() {
  Budget budget(1 << 20);
  {
    KnownStacks stacks(budget);
    stacks.add(5, 0);
    CHECK(stacks.find(5) == KnownStacks::kNone);
  }
  CHECK_EQUAL(0, budget.used());
  CHECK(!budget.isTight());
}

void memoryIsGivenBack() {
  Budget budget(kPlenty);
  {
    KnownStacks stacks(budget);
    stacks.add(5, 0);
    CHECK(budget.used() > 0);
  }
  CHECK_EQUAL(0, budget.used());
}

// Few places, so that threads meet in them.
void noThreadSeesWhatAnotherIsHalfThroughWriting() {
  Budget budget(kPlenty);
  KnownStacks stacks(budget);
  auto keyOf = [](uint32_t number) { return mix(number, 3) << 20 | number % 4; };
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 50000; i++) {
        uint32_t number = (i * 7 + t) % 64;
        uint32_t known = stacks.find(keyOf(number));
        CHECK(known == KnownStacks::kNone || known == number);
        stacks.add(keyOf(number), number);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace

void testKnownStacks() {
  whatWasAddedIsKnown();
  whatIsKnownLongestGoesFirst();
  littleMemoryIsLeftToOthers();
  memoryIsGivenBack();
  noThreadSeesWhatAnotherIsHalfThroughWriting();
}
