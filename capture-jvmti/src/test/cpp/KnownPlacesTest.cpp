#include "KnownPlaces.h"

#include <thread>
#include <vector>

#include "Checks.h"
#include "Hash.h"

using namespace tracemalloc;

namespace {

constexpr uint64_t kPlenty = 16 << 20;

void whatWasAddedIsKnown() {
  Budget budget(kPlenty);
  KnownPlaces places(budget);
  CHECK(places.find(5) == KnownPlaces::kNone);
  places.add(5, 0);
  places.add(6, 77);
  CHECK_EQUAL(0, places.find(5));
  CHECK_EQUAL(77, places.find(6));
  CHECK(places.find(7) == KnownPlaces::kNone);
}

void whatIsKnownLongestGoesFirst() {
  Budget budget(kPlenty);
  KnownPlaces places(budget);
  constexpr uint64_t kSamePlace = 1 << 20;
  places.add(kSamePlace, 1);
  places.add(kSamePlace * 2, 2);
  CHECK_EQUAL(1, places.find(kSamePlace));
  places.add(kSamePlace * 3, 3);
  CHECK(places.find(kSamePlace) == KnownPlaces::kNone);
  CHECK_EQUAL(2, places.find(kSamePlace * 2));
  CHECK_EQUAL(3, places.find(kSamePlace * 3));
}

void littleMemoryIsLeftToOthers() {
  Budget budget(1 << 20);
  {
    KnownPlaces places(budget);
    CHECK(!places.add(5, 0));
    CHECK(places.find(5) == KnownPlaces::kNone);
  }
  CHECK_EQUAL(0, budget.used());
  CHECK(!budget.isTight());
}

void memoryIsGivenBack() {
  Budget budget(kPlenty);
  {
    KnownPlaces places(budget);
    places.add(5, 0);
    CHECK(budget.used() > 0);
  }
  CHECK_EQUAL(0, budget.used());
}

// Few places, so that threads meet in them.
void noThreadSeesWhatAnotherIsHalfThroughWriting() {
  Budget budget(kPlenty);
  KnownPlaces places(budget);
  auto keyOf = [](uint32_t number) { return mix(number, 3) << 20 | number % 4; };
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 50000; i++) {
        uint32_t number = (i * 7 + t) % 64;
        uint32_t known = places.find(keyOf(number));
        CHECK(known == KnownPlaces::kNone || known == number);
        places.add(keyOf(number), number);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace

void testKnownPlaces() {
  whatWasAddedIsKnown();
  whatIsKnownLongestGoesFirst();
  littleMemoryIsLeftToOthers();
  memoryIsGivenBack();
  noThreadSeesWhatAnotherIsHalfThroughWriting();
}
