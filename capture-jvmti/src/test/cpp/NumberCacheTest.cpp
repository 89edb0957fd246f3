#include "NumberCache.h"

#include <thread>
#include <vector>

#include "Checks.h"
#include "Hash.h"

using namespace tracemalloc;

namespace {

constexpr uint64_t kPlenty = 16 << 20;

void whatWasAddedIsKnown() {
  Budget budget(kPlenty);
  NumberCache numbers(budget);
  CHECK(numbers.find(5) == NumberCache::kNone);
  numbers.add(5, 0);
  numbers.add(6, 77);
  CHECK_EQUAL(0, numbers.find(5));
  CHECK_EQUAL(77, numbers.find(6));
  CHECK(numbers.find(7) == NumberCache::kNone);
}

void whatIsKnownLongestGoesFirst() {
  Budget budget(kPlenty);
  NumberCache numbers(budget);
  constexpr uint64_t kSameSet = 1 << 20;
  numbers.add(kSameSet, 1);
  numbers.add(kSameSet * 2, 2);
  CHECK_EQUAL(1, numbers.find(kSameSet));
  numbers.add(kSameSet * 3, 3);
  CHECK(numbers.find(kSameSet) == NumberCache::kNone);
  CHECK_EQUAL(2, numbers.find(kSameSet * 2));
  CHECK_EQUAL(3, numbers.find(kSameSet * 3));
}

void littleMemoryIsLeftToOthers() {
  Budget budget(1 << 20);
  {
    NumberCache numbers(budget);
    CHECK(!numbers.add(5, 0));
    CHECK(numbers.find(5) == NumberCache::kNone);
  }
  CHECK_EQUAL(0, budget.used());
  CHECK(!budget.isTight());
}

void memoryIsGivenBack() {
  Budget budget(kPlenty);
  {
    NumberCache numbers(budget);
    numbers.add(5, 0);
    CHECK(budget.used() > 0);
  }
  CHECK_EQUAL(0, budget.used());
}

// Few sets, so that threads meet in them.
void noThreadSeesWhatAnotherIsHalfThroughWriting() {
  Budget budget(kPlenty);
  NumberCache numbers(budget);
  auto keyOf = [](uint32_t number) { return mix(number, 3) << 20 | number % 4; };
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 50000; i++) {
        uint32_t number = (i * 7 + t) % 64;
        uint32_t known = numbers.find(keyOf(number));
        CHECK(known == NumberCache::kNone || known == number);
        numbers.add(keyOf(number), number);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace

void testNumberCache() {
  whatWasAddedIsKnown();
  whatIsKnownLongestGoesFirst();
  littleMemoryIsLeftToOthers();
  memoryIsGivenBack();
  noThreadSeesWhatAnotherIsHalfThroughWriting();
}
