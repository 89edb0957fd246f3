#include "LiveSet.h"

#include <pthread.h>

#include <cstdlib>
#include <ctime>

#include "Checks.h"
#include "FakeHeap.h"

using namespace tracemalloc;

namespace {

constexpr uint64_t kAmple = 64 << 20;

struct Fixture {
  explicit Fixture(uint64_t limit = kAmple, uint64_t interval = 1) : budget(kAmple), records(budget), live(limit, records) {
    points = records.intern({16, interval, 0, 1, 0, 0});
    arrays = records.intern({1000, interval, 0, 2, 0, 0});
    live.poll(heap.env(), FakeHeap::canaryClass(), periods);
  }
  ~Fixture() {
    live.forget(heap.env());
    CHECK_EQUAL(0, heap.references());
  }

  jweak hold(uint32_t record, uint32_t stripe = 0) {
    jweak object = heap.allocate();
    CHECK(live.add(object, record, periods.load(), stripe));
    return object;
  }

  // A pause that reclaims, and the poll behind it.
  void collect() {
    heap.collect();
    periods++;
    live.poll(heap.env(), FakeHeap::canaryClass(), periods);
  }

  uint64_t samples(uint32_t record, uint32_t bucket) {
    LiveCounts all = live.collect(heap.env(), FakeHeap::canaryClass(), periods);
    uint64_t found = 0;
    for (uint32_t i = 0; i < all.length; i++) {
      if (all.counts[i].record == record && all.counts[i].bucket == bucket) {
        found += all.counts[i].samples;
      }
    }
    free(all.counts);
    return found;
  }

  FakeHeap heap;
  Budget budget;
  RecordTable records;
  LiveSet live;
  std::atomic<uint32_t> periods{1};
  uint32_t points;
  uint32_t arrays;
};

void letsGoOfWhatWasReclaimed() {
  Fixture f;
  jweak kept = f.hold(f.points);
  jweak gone = f.hold(f.arrays);
  CHECK_EQUAL(1016, f.live.tracedBytes().current);

  f.heap.drop(gone);
  f.collect();

  CHECK_EQUAL(16, f.live.tracedBytes().current);
  CHECK_EQUAL(1016, f.live.tracedBytes().peak);
  CHECK_EQUAL(f.points, f.live.find(f.heap.env(), kept, 1));
  CHECK_EQUAL(LiveSet::kNone, f.live.find(f.heap.env(), gone, 2));
  CHECK_EQUAL(1, f.records[f.arrays].peak);
  CHECK_EQUAL(1, f.records[f.points].peak);
  f.live.resetPeak();
  CHECK_EQUAL(16, f.live.tracedBytes().peak);
  CHECK_EQUAL(0, f.records[f.arrays].peak);
}

void countsAgeInCollections() {
  Fixture f;
  f.hold(f.points);
  CHECK_EQUAL(1, f.samples(f.points, 0));
  f.collect();
  CHECK_EQUAL(1, f.samples(f.points, 1));
  f.hold(f.points);
  f.collect();
  CHECK_EQUAL(1, f.samples(f.points, 2));
  CHECK_EQUAL(1, f.samples(f.points, 1));
  f.collect();
  CHECK_EQUAL(2, f.samples(f.points, 2));
  for (int i = 0; i < 6; i++) {
    f.collect();
  }
  // 9 and 8 collections.
  CHECK_EQUAL(2, f.samples(f.points, 4));
}

void tellsWhenCollectionsWere() {
  Fixture f;
  int64_t times[32];
  CHECK_EQUAL(0, f.live.collectionTimes(times, 32));
  for (int i = 0; i < 9; i++) {
    f.collect();
  }
  // 1, 2, 4 and 8 collections back.
  CHECK_EQUAL(4, f.live.collectionTimes(times, 32));
  CHECK_EQUAL(2, f.live.collectionTimes(times, 2));
  int64_t now = time(nullptr);
  for (int i = 0; i < 4; i++) {
    CHECK(times[i] > now - 60 && times[i] <= now + 1);
    CHECK(i == 0 || times[i] <= times[i - 1]);
  }
}

void tellsTemporariesFromWhatSurvivedOnce() {
  Fixture f;
  jweak temporary = f.hold(f.points);
  jweak older = f.hold(f.points);
  f.heap.drop(temporary);
  f.collect();
  CHECK_EQUAL(1, f.records[f.points].temporary);

  f.heap.drop(older);
  f.collect();
  CHECK_EQUAL(1, f.records[f.points].temporary);
  CHECK_EQUAL(0, f.live.tracedBytes().current);
}

void pausesThatReclaimNothingAreNoCollections() {
  Fixture f;
  f.hold(f.points);
  for (int i = 0; i < 5; i++) {
    f.periods++;
    f.live.poll(f.heap.env(), FakeHeap::canaryClass(), f.periods);
  }
  CHECK_EQUAL(1, f.samples(f.points, 0));
}

// Born after a concurrent collector began to mark: not subject to that cycle.
void whatIsBornDuringACycleHasNotSurvivedIt() {
  Fixture f;
  f.hold(f.points);
  f.heap.collect();
  f.periods++;
  f.hold(f.arrays);
  f.live.poll(f.heap.env(), FakeHeap::canaryClass(), f.periods);
  CHECK_EQUAL(1, f.samples(f.points, 1));
  CHECK_EQUAL(1, f.samples(f.arrays, 0));
}

void whatDiesDuringASweepWasAliveBefore() {
  Fixture f;
  jweak gone = f.hold(f.points, 0);
  f.heap.drop(gone);
  f.heap.onDelete(gone, [&] {
    f.heap.drop(f.hold(f.arrays, 5));
    f.heap.collect();
    f.periods++;
  });

  f.collect();

  CHECK_EQUAL(0, f.live.tracedBytes().current);
  CHECK_EQUAL(1000, f.live.tracedBytes().peak);
  CHECK_EQUAL(1, f.samples(f.arrays, LiveSet::kPeak));
  CHECK_EQUAL(0, f.samples(f.points, LiveSet::kPeak));
  CHECK_EQUAL(1, f.samples(f.arrays, LiveSet::kTemporary));
  CHECK_EQUAL(1, f.samples(f.points, LiveSet::kTemporary));
}

void scalesBytesByTheInterval() {
  Fixture f(kAmple, 512 * 1024);
  f.hold(f.points);
  // 16 bytes at 1 in 32768.5 blocks.
  CHECK_EQUAL(524296, f.live.tracedBytes().current);
}

void thinsBeyondItsLimitAndStaysRightOnAverage() {
  constexpr uint64_t kEntries = 2000;
  Fixture f(kEntries * LiveSet::kEntryBytes);
  Random random(7);
  constexpr uint64_t kObjects = 50000;
  for (uint64_t i = 0; i < kObjects; i++) {
    if (f.live.admits(random)) {
      f.hold(f.points, static_cast<uint32_t>(i));
    }
    if (f.live.isOverfull()) {
      f.live.poll(f.heap.env(), FakeHeap::canaryClass(), f.periods);
    }
  }
  CHECK(!f.live.isOverfull());
  CHECK(f.live.thinning() >= 4);
  CHECK_EQUAL(0, f.live.unfollowed());
  // About 1,560 of 50,000 objects are left: the estimate has a standard deviation of 2.5 %. Six of them.
  double estimate = static_cast<double>(f.live.tracedBytes().current) / 16;
  CHECK(estimate > kObjects * 0.85 && estimate < kObjects * 1.15);
}

void saysWhatItCouldNotFollow() {
  Fixture f(1);
  Random random(7);
  int admitted = 0;
  for (int i = 0; i < 2000; i++) {
    if (f.live.admits(random)) {
      f.hold(f.points);
      admitted++;
    }
  }
  // 1,024 at least, an eighth more for the time until the next poll.
  CHECK_EQUAL(1152, admitted);
  CHECK_EQUAL(2000 - 1152, f.live.unfollowed());
}

void takesFiveMillionObjects() {
  // References need not be told apart for this.
  FakeHeap heap;
  Budget budget(kAmple);
  RecordTable records(budget);
  LiveSet live(128 << 20, records);
  uint32_t record = records.intern({16, 1, 0, 1, 0, 0});
  jweak object = heap.allocate();
  Random random(3);
  for (uint32_t i = 0; i < 5000000; i++) {
    CHECK(live.admits(random));
    CHECK(live.add(object, record, 1, i));
  }
  CHECK(!live.isOverfull());
  CHECK_EQUAL(80000000, live.tracedBytes().current);
  CHECK_EQUAL(125000000, live.overheadBytes());
  live.forget(heap.env());
  CHECK_EQUAL(0, live.overheadBytes());
}

struct Race {
  Fixture fixture;
  std::atomic<bool> done{false};
  std::atomic<uint32_t> held{0};
  std::atomic<uint32_t> dropped{0};
};

void* allocateAndDrop(void* argument) {
  Race& race = *static_cast<Race*>(argument);
  uint32_t stripe = race.held.load();
  for (int i = 0; i < 20000; i++) {
    jweak object = race.fixture.hold(i % 2 == 0 ? race.fixture.points : race.fixture.arrays, stripe);
    race.held++;
    if (i % 4 != 0) {
      race.fixture.heap.drop(object);
      race.dropped++;
    }
  }
  return nullptr;
}

void* collectAgainAndAgain(void* argument) {
  Race& race = *static_cast<Race*>(argument);
  while (!race.done) {
    race.fixture.collect();
    TracedBytes bytes = race.fixture.live.tracedBytes();
    CHECK(bytes.current <= bytes.peak);
    race.fixture.live.resetPeak();
    race.fixture.samples(race.fixture.points, 0);
  }
  return nullptr;
}

void losesNothingWhileThreadsAllocate() {
  Race race;
  pthread_t allocating[3];
  pthread_t collecting;
  pthread_create(&collecting, nullptr, collectAgainAndAgain, &race);
  for (pthread_t& thread : allocating) {
    pthread_create(&thread, nullptr, allocateAndDrop, &race);
  }
  for (pthread_t thread : allocating) {
    pthread_join(thread, nullptr);
  }
  race.done = true;
  pthread_join(collecting, nullptr);

  race.fixture.collect();

  uint64_t left = 0;
  for (uint32_t bucket = 0; bucket < LiveSet::kBuckets; bucket++) {
    left += race.fixture.samples(race.fixture.points, bucket) + race.fixture.samples(race.fixture.arrays, bucket);
  }
  CHECK_EQUAL(race.held - race.dropped, left);
  CHECK_EQUAL(15000, left);
}

}  // namespace

void testLiveSet() {
  letsGoOfWhatWasReclaimed();
  countsAgeInCollections();
  tellsWhenCollectionsWere();
  tellsTemporariesFromWhatSurvivedOnce();
  pausesThatReclaimNothingAreNoCollections();
  whatIsBornDuringACycleHasNotSurvivedIt();
  whatDiesDuringASweepWasAliveBefore();
  scalesBytesByTheInterval();
  thinsBeyondItsLimitAndStaysRightOnAverage();
  saysWhatItCouldNotFollow();
  takesFiveMillionObjects();
  losesNothingWhileThreadsAllocate();
}
