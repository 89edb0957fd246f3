// The sampled objects that the garbage collector has not reclaimed yet.
#pragma once

#include <jni.h>

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "Mutex.h"
#include "Random.h"
#include "RecordTable.h"

namespace tracemalloc {

// Live samples of one record and one age, or in the buckets behind those of ages its temporary ones and those at the peak.
struct AgedCount {
  uint64_t samples;
  uint32_t record;
  uint32_t bucket;
};

// All of one moment. The counts are ordered by record, and to be freed; null if there is no memory.
struct LiveCounts {
  AgedCount* counts;
  uint32_t length;
  uint32_t thinning;
  uint32_t peakThinning;
};

struct TracedBytes {
  uint64_t current;
  uint64_t peak;
};

/*
 * One weak global reference for each object, in stripes: an allocating thread takes the first stripe that nobody works on,
 * so that it waits for nobody. A thread of the agent polls the references after a collection.
 *
 * Collections are told by canaries: an object of the agent's own that nothing keeps alive, one for each period between two
 * pauses of the collector. When a canary of period p is gone, a collection has happened to which everything was subject
 * that was born in period p or before. So a pause that only marks is no collection, and what a concurrent collector lets
 * live because it was born during its cycle has not survived that cycle. The age of an object is the number of
 * collections it was subject to.
 *
 * Beyond the limit, every other object is let go at random and the rest count double, and so do new ones: at any time
 * each object stands for 2^thinning().
 *
 * field                        | read             | write             | guard
 * stripes' entries, bytes      | any thread       | any thread        | the stripe's lock
 * count_, shift_, unfollowed_  | any thread       | any thread        | atomic
 * everything else              | poll, snapshot, questions            | lock_
 */
class LiveSet {
 public:
  // Bytes of one entry here and in the VM.
  static constexpr uint64_t kEntryBytes = 25;
  static constexpr uint32_t kBuckets = 33;
  // Java knows these two by number.
  static constexpr uint32_t kTemporary = kBuckets;
  static constexpr uint32_t kPeak = kBuckets + 1;

  LiveSet(uint64_t limitBytes, RecordTable& records);

  // Call forget first.
  ~LiveSet();

  LiveSet(const LiveSet&) = delete;
  LiveSet& operator=(const LiveSet&) = delete;

  // Whether one more sample shall be followed. False for those that thinning leaves out, and while there is no room.
  bool admits(Random& random);

  // Follows an object. Returns false if it cannot; the reference stays the caller's then.
  bool add(jweak object, uint32_t record, uint32_t born, uint32_t stripe);

  // Whether poll has to make room.
  bool isOverfull() const { return count_.load(std::memory_order_relaxed) > limit_; }

  // Lets go of what was reclaimed, if there was a collection since the last time; makes room if there is too little.
  void poll(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods);

  // The same, whether there was a collection or not; then tells what lives, what was temporary, and what lived at the peak.
  LiveCounts collect(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods);

  // When the collections were over that lie 1, 2, 4, … collections back, in full seconds since 1970: what has survived so
  // many was born before. Returns how many were written.
  uint32_t collectionTimes(int64_t* into, uint32_t room);

  TracedBytes tracedBytes();

  void resetPeak();

  // The record of this very object, kNone if it is not followed.
  uint32_t find(JNIEnv* env, jobject object, uint32_t type);

  // Lets go of everything.
  void forget(JNIEnv* env);

  // Each followed object stands for 2^thinning() samples.
  uint32_t thinning() const { return shift_.load(std::memory_order_relaxed); }

  // Samples that were not followed while there was no room.
  uint64_t unfollowed() const { return unfollowed_.load(std::memory_order_relaxed); }

  uint64_t overheadBytes() const;

  static constexpr uint32_t kNone = UINT32_MAX;

 private:
  struct Entry {
    jweak object;
    uint32_t record;
    uint32_t born;
  };
  struct Collection {
    // The last period whose objects were subject to it.
    uint32_t upTo;
    // The end of the second in which it was noticed.
    uint32_t seconds;
  };
  struct Stripe {
    Mutex lock;
    Entry** chunks;
    uint32_t chunkCount;
    uint32_t chunkCapacity;
    uint64_t size;
    uint64_t bytes;

    Entry& operator[](uint64_t i) { return chunks[i / kChunk][i % kChunk]; }
  };
  struct Canary {
    jweak object;
    uint32_t born;
  };

  static constexpr uint32_t kStripes = 16;
  static constexpr uint32_t kChunk = 1024;
  static constexpr uint32_t kBatch = 256;
  static constexpr uint32_t kCanaries = 64;
  // So many at most for one poll, however fast collections follow each other.
  static constexpr uint32_t kSweeps = 4;

  bool push(Stripe& stripe, const Entry& entry);
  void remove(Stripe& stripe, uint64_t i);
  template <class Visitor>
  void forEach(Visitor visit);

  bool checkCanaries(JNIEnv* env);
  void addCanary(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods);
  void noteCollection(uint32_t upTo);
  uint32_t survived(uint32_t born) const;
  uint32_t bucketOf(uint32_t born) const;
  // Lets go of all that was reclaimed, when the newest canary is there.
  void letGo(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods);
  // Returns false if the next collection came meanwhile and reclaimed what is left, which is kept; the last one goes on.
  bool sweep(JNIEnv* env, const std::atomic<uint32_t>& periods, bool last);
  void thin(JNIEnv* env);
  void updatePeak();
  AgedCount* countByAge(uint32_t* length);
  uint64_t currentBytes();
  uint64_t bytesOf(uint32_t record) const;

  RecordTable& records_;
  const uint64_t limit_;
  const uint64_t hardLimit_;
  Stripe stripes_[kStripes];
  std::atomic<uint64_t> count_{0};
  std::atomic<uint64_t> unfollowed_{0};
  std::atomic<uint32_t> shift_{0};

  Mutex lock_;
  Canary canaries_[kCanaries] = {};
  uint32_t canaryCount_ = 0;
  // Ascending.
  Collection* collections_ = nullptr;
  uint32_t collectionCount_ = 0;
  uint32_t collectionCapacity_ = 0;
  // Collections that were taken off the front of the list, since it is bounded.
  uint32_t forgotten_ = 0;
  // Periods begin at 1, so that nothing was born before the first collection of a session.
  uint32_t lastUpTo_ = 0;
  uint64_t peakBytes_ = 0;
  uint32_t peakShift_ = 0;
  Random random_;
};

}  // namespace tracemalloc
