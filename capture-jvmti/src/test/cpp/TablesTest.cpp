#include <pthread.h>

#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

#include "Budget.h"
#include "Checks.h"
#include "Column.h"
#include "FrameTable.h"
#include "Interval.h"
#include "Phaser.h"
#include "Random.h"
#include "RecordTable.h"
#include "StringTable.h"
#include "TraceTable.h"
#include "Weight.h"

using namespace tracemalloc;

namespace {

constexpr int kThreads = 4;

template <class Work>
void inThreads(Work work) {
  struct Start {
    Work* work;
    int number;
  };
  pthread_t threads[kThreads];
  Start starts[kThreads];
  for (int i = 0; i < kThreads; i++) {
    starts[i] = {&work, i};
    auto run = [](void* start) -> void* {
      (*static_cast<Start*>(start)->work)(static_cast<Start*>(start)->number);
      return nullptr;
    };
    CHECK_EQUAL(0, pthread_create(&threads[i], nullptr, run, &starts[i]));
  }
  for (pthread_t thread : threads) {
    pthread_join(thread, nullptr);
  }
}

void keepsStringsOnce() {
  Budget budget(1 << 20);
  StringTable strings(budget);

  uint32_t one = strings.intern("Lcom/acme/Foo;", 14);
  uint32_t other = strings.intern("bar", 3);

  CHECK_EQUAL(0, strings.intern("", 0));
  CHECK_EQUAL(one, strings.intern("Lcom/acme/Foo;", 14));
  CHECK(one != other);
  CHECK(strcmp(strings[one], "Lcom/acme/Foo;") == 0);
  CHECK_EQUAL(3, strings.size());
}

void threadsAgreeOnStrings() {
  constexpr int kStrings = 3000;
  Budget budget(8 << 20);
  StringTable strings(budget);
  uint32_t numbers[kThreads][kStrings];

  inThreads([&](int thread) {
    for (int i = 0; i < kStrings; i++) {
      char text[32];
      int length = snprintf(text, sizeof(text), "string %d", i);
      numbers[thread][i] = strings.intern(text, static_cast<size_t>(length));
    }
  });

  CHECK_EQUAL(kStrings + 1, strings.size());
  for (int i = 0; i < kStrings; i++) {
    char text[32];
    snprintf(text, sizeof(text), "string %d", i);
    for (int thread = 0; thread < kThreads; thread++) {
      CHECK_EQUAL(numbers[0][i], numbers[thread][i]);
    }
    CHECK(strcmp(strings[numbers[0][i]], text) == 0);
  }
}

void givesTheEmptyStringWithoutMemory() {
  Budget budget(64 * 1024);
  StringTable strings(budget);
  char text[8 * 1024];
  memset(text, 'x', sizeof(text));
  uint32_t number = 1;
  for (int i = 0; i < 100 && number != 0; i++) {
    text[0] = static_cast<char>(i);
    number = strings.intern(text, sizeof(text));
  }
  CHECK_EQUAL(0, number);
  CHECK(budget.used() <= 64 * 1024);
}

}  // namespace

void testStringTable() {
  keepsStringsOnce();
  threadsAgreeOnStrings();
  givesTheEmptyStringWithoutMemory();
}

void columnsNeverMoveWhatIsInThem() {
  constexpr uint32_t kElements = 100000;
  Budget budget(1 << 20);
  Column<uint32_t> column(budget);
  uint32_t* first = nullptr;
  for (uint32_t i = 0; i < kElements; i++) {
    uint32_t* element = column.reserve();
    CHECK(element != nullptr);
    *element = i * 3;
    first = i == 0 ? element : first;
    CHECK_EQUAL(i, column.publish());
  }
  for (uint32_t i = 0; i < kElements; i++) {
    CHECK_EQUAL(i * 3, column[i]);
  }
  CHECK(&column[0] == first);
  // Never more than an eighth beyond what is there.
  CHECK(budget.used() <= kElements * 4 * 9 / 8);
}

// Where the index cannot grow, there is still room for what records are merged into.
void indexesHaveRoomBehindTheirLimit() {
  Budget budget(64 * 1024);
  RecordTable records(budget);
  uint32_t exact = 0;
  while (!budget.isTight()) {
    CHECK(records.intern({exact, 1, 0, 0, 0, 0}) != RecordTable::kNone);
    exact++;
  }
  for (uint32_t i = 0; i < exact / 12; i++) {
    CHECK(records.intern({i, 1, 0, 0, 0, 1}) != RecordTable::kNone);
  }
  CHECK(budget.used() <= 64 * 1024);
}

Method methodOf(uint64_t id, uint32_t name, uint32_t lines) {
  Method method = {};
  method.id = id;
  method.className = 1;
  method.name = name;
  method.lines = lines;
  return method;
}

// As a class that is loaded again has it.
void theSameNamesUnderTwoIdsAreOneMethod() {
  Budget budget(8 << 20);
  FrameTable frames(budget);

  uint32_t number = frames.addMethod(methodOf(100, 2, 7));

  CHECK_EQUAL(number, frames.addMethod(methodOf(101, 2, 7)));
  CHECK_EQUAL(number, frames.findMethod(100));
  CHECK_EQUAL(number, frames.findMethod(101));
  CHECK(frames.addMethod(methodOf(102, 3, 7)) != number);
  // Another version of the class.
  CHECK(frames.addMethod(methodOf(103, 2, 8)) != number);
  CHECK_EQUAL(3, frames.methodCount());
}

void idsTakeNoMoreThanTheirCache() {
  Budget budget(8 << 20);
  FrameTable frames(budget);
  uint32_t number = frames.addMethod(methodOf(1, 2, 7));
  for (uint64_t id = 2; id < 500000; id++) {
    CHECK_EQUAL(number, frames.addMethod(methodOf(id, 2, 7)));
  }
  CHECK(budget.used() < 512 * 1024);
}

void testTraceTable() {
  theSameNamesUnderTwoIdsAreOneMethod();
  idsTakeNoMoreThanTheirCache();
  columnsNeverMoveWhatIsInThem();
  indexesHaveRoomBehindTheirLimit();

  Budget budget(32 << 20);
  TraceTable traces(budget);
  constexpr uint64_t kKeys = 20000;

  inThreads([&](int) {
    for (uint64_t i = 0; i < kKeys; i++) {
      uint64_t key = (i + 1) * 0x9E3779B97F4A7C15ull;
      uint32_t frames[] = {static_cast<uint32_t>(i), 7};
      if (traces.find(key) == TraceTable::kNone) {
        traces.add({key, frames, 1, 1, static_cast<uint32_t>(i % 100), false, false, false, 0});
      }
    }
  });

  CHECK_EQUAL(kKeys, traces.size());
  for (uint64_t i = 0; i < kKeys; i++) {
    uint32_t number = traces.find((i + 1) * 0x9E3779B97F4A7C15ull);
    CHECK(number != TraceTable::kNone);
    CHECK_EQUAL(i, traces[number].frames[0]);
    CHECK_EQUAL(7, traces[number].frames[1]);
    CHECK_EQUAL(i % 100, traces[number].depth);
  }
  CHECK_EQUAL(TraceTable::kNone, traces.find(1));
  Trace fork = {};
  fork.key = 1;
  fork.forks = true;
  CHECK(traces[traces.add(fork)].forks);
}

void testRecordTable() {
  Budget budget(32 << 20);
  RecordTable records(budget);
  constexpr uint32_t kKeys = 5000;

  inThreads([&](int) {
    for (uint32_t i = 0; i < kKeys; i++) {
      uint32_t record = records.intern({16 + 8 * (i % 50), 1, i / 50, 3, 0, 0});
      records[record].allocated.fetch_add(1, std::memory_order_relaxed);
    }
  });

  CHECK_EQUAL(kKeys, records.size());
  for (uint32_t i = 0; i < kKeys; i++) {
    CHECK_EQUAL(kThreads, records[i].allocated.load());
  }
  RecordKey known = {16, 1, 0, 3, 0, 0};
  RecordKey otherThread = {16, 1, 0, 3, 1, 0};
  RecordKey otherInterval = {16, 2, 0, 3, 0, 0};
  CHECK(records.find(known) != RecordTable::kNone);
  CHECK_EQUAL(RecordTable::kNone, records.find(otherThread));
  CHECK_EQUAL(RecordTable::kNone, records.find(otherInterval));
}

void testBudget() {
  Budget budget(1000);
  void* most = budget.allocate(800);
  CHECK(most != nullptr);
  CHECK(!budget.isTight());
  void* reserve = budget.allocate(100);
  CHECK(reserve != nullptr);
  CHECK(budget.isTight());
  CHECK(budget.allocate(101) == nullptr);
  void* rest = budget.allocate(100);
  CHECK(rest != nullptr);
  CHECK_EQUAL(1000, budget.used());
  budget.release(most, 800);
  budget.release(reserve, 100);
  budget.release(rest, 100);
  CHECK_EQUAL(0, budget.used());
}

void testWeight() {
  CHECK(weightOf(16, 1) == 1.0);
  CHECK(std::fabs(weightOf(16, 524288) - 32768.5) < 0.001);
  CHECK(std::fabs(weightOf(524288, 524288) - 1.5819767) < 1e-6);
  CHECK(std::fabs(weightOf(1ull << 40, 524288) - 1.0) < 1e-9);
}

void testInterval() {
  Interval fine(4096, true);
  fine.noteSample();
  CHECK_EQUAL(4096, fine.current());

  Interval coarse(20000, false);
  CHECK_EQUAL(20000, coarse.current());

  Interval rising(20000, true);
  CHECK_EQUAL(Interval::kFirst, rising.current());
  for (uint64_t i = 1; i < Interval::kSamplesEach; i++) {
    rising.noteSample();
  }
  CHECK_EQUAL(Interval::kFirst, rising.current());
  rising.noteSample();
  CHECK_EQUAL(Interval::kFirst * 2, rising.current());
  for (uint64_t i = 0; i < Interval::kSamplesEach; i++) {
    rising.noteSample();
  }
  CHECK_EQUAL(20000, rising.current());
  for (uint64_t i = 0; i < 10 * Interval::kSamplesEach; i++) {
    rising.noteSample();
  }
  CHECK_EQUAL(20000, rising.current());

  Interval shared(512 * 1024, true);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      for (uint64_t samples = 0; samples < 4 * Interval::kSamplesEach; samples++) {
        shared.noteSample();
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK_EQUAL(512 * 1024, shared.current());
}

void testRandom() {
  Random random(42);
  int yes = 0;
  uint64_t sum = 0;
  for (int i = 0; i < 100000; i++) {
    yes += random.oneIn(3);
    uint64_t value = random.between(16, 24, 32);
    CHECK(value == 16 || value == 32);
    sum += value;
  }
  // 12,500 with a standard deviation of 105, and 2,400,000 with one of 2,530: six of each.
  CHECK(yes > 12500 - 630 && yes < 12500 + 630);
  CHECK(sum > 2400000 - 15200 && sum < 2400000 + 15200);
  CHECK(random.oneIn(0));
}

// Readers use what a writer takes away and destroys: the sanitizers would tell.
void testPhaser() {
  static Phaser phaser;
  static std::atomic<int*> shared{new int(1)};
  static std::atomic<bool> done{false};
  done = false;
  static std::atomic<uint64_t> reads{0};
  inThreads([&](int thread) {
    if (thread == 0) {
      for (int i = 2; i < 300 || reads < 1000; i++) {
        int* old = shared.exchange(new int(i));
        phaser.awaitReaders();
        *old = 0;
        delete old;
      }
      done = true;
      return;
    }
    while (!done) {
      uint32_t phase = phaser.enter(static_cast<uint32_t>(thread));
      CHECK(*shared.load() > 0);
      reads++;
      phaser.leave(phase, static_cast<uint32_t>(thread));
    }
  });
  CHECK(reads > 0);
  delete shared.exchange(nullptr);
}
