#include "LiveSet.h"

#include <sched.h>

#include <cstdlib>
#include <cstring>
#include <ctime>

#include "Weight.h"

namespace tracemalloc {

namespace {

constexpr uint64_t kLeastEntries = 1024;
constexpr uint32_t kMostCollections = 1u << 20;

uint64_t entriesOf(uint64_t limitBytes) {
  uint64_t entries = limitBytes / LiveSet::kEntryBytes;
  return entries < kLeastEntries ? kLeastEntries : entries;
}

int byRecord(const void* one, const void* other) {
  const AgedCount& a = *static_cast<const AgedCount*>(one);
  const AgedCount& b = *static_cast<const AgedCount*>(other);
  return a.record != b.record ? (a.record < b.record ? -1 : 1) : static_cast<int>(a.bucket) - static_cast<int>(b.bucket);
}

bool isGone(JNIEnv* env, jweak object) { return env->IsSameObject(object, nullptr); }

}  // namespace

LiveSet::LiveSet(uint64_t limitBytes, RecordTable& records)
    : records_(records),
      limit_(entriesOf(limitBytes)),
      hardLimit_(limit_ + limit_ / 8),
      stripes_{},
      random_(limitBytes) {}

LiveSet::~LiveSet() {
  for (Stripe& stripe : stripes_) {
    for (uint32_t i = 0; i < stripe.chunkCount; i++) {
      free(stripe.chunks[i]);
    }
    free(stripe.chunks);
  }
  free(collections_);
}

bool LiveSet::admits(Random& random) {
  if (!random.oneIn(shift_.load(std::memory_order_relaxed))) {
    return false;
  }
  if (count_.load(std::memory_order_relaxed) >= hardLimit_) {
    unfollowed_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  return true;
}

bool LiveSet::add(jweak object, uint32_t record, uint32_t born, uint32_t preferred) {
  for (uint32_t i = 0;; i++) {
    Stripe& stripe = stripes_[(preferred + i) % kStripes];
    if (stripe.lock.tryLock()) {
      bool added = push(stripe, {object, record, born});
      stripe.lock.unlock();
      if (!added) {
        unfollowed_.fetch_add(1, std::memory_order_relaxed);
      }
      return added;
    }
    if (i % kStripes == kStripes - 1) {
      sched_yield();
    }
  }
}

bool LiveSet::push(Stripe& stripe, const Entry& entry) {
  if (stripe.size == static_cast<uint64_t>(stripe.chunkCount) * kChunk) {
    if (stripe.chunkCount == stripe.chunkCapacity) {
      uint32_t capacity = stripe.chunkCapacity == 0 ? 8 : stripe.chunkCapacity * 2;
      void* larger = realloc(stripe.chunks, capacity * sizeof(Entry*));
      if (larger == nullptr) {
        return false;
      }
      stripe.chunks = static_cast<Entry**>(larger);
      stripe.chunkCapacity = capacity;
    }
    void* chunk = malloc(kChunk * sizeof(Entry));
    if (chunk == nullptr) {
      return false;
    }
    stripe.chunks[stripe.chunkCount++] = static_cast<Entry*>(chunk);
  }
  stripe[stripe.size++] = entry;
  stripe.bytes += bytesOf(entry.record);
  count_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void LiveSet::remove(Stripe& stripe, uint64_t i) {
  stripe.bytes -= bytesOf(stripe[i].record);
  stripe[i] = stripe[--stripe.size];
  count_.fetch_sub(1, std::memory_order_relaxed);
  // One spare chunk, so that a stripe at the edge does not allocate and free all the time.
  if (stripe.size + 2 * kChunk <= static_cast<uint64_t>(stripe.chunkCount) * kChunk) {
    free(stripe.chunks[--stripe.chunkCount]);
  }
}

// Visits all entries, from the last to the first, each stripe's lock held for a batch at a time. A visitor may remove the
// entry it is at; what is added meanwhile may be visited or not.
template <class Visitor>
void LiveSet::forEach(Visitor visit) {
  for (Stripe& stripe : stripes_) {
    uint64_t next = UINT64_MAX;
    while (next > 0) {
      Lock lock(stripe.lock);
      next = next < stripe.size ? next : stripe.size;
      for (uint32_t i = 0; i < kBatch && next > 0; i++) {
        visit(stripe, --next);
      }
    }
  }
}

uint64_t LiveSet::bytesOf(uint32_t record) const {
  const RecordKey& key = records_[record].key;
  return static_cast<uint64_t>(weightOf(key.blockSize, key.interval) * static_cast<double>(key.blockSize) + 0.5);
}

void LiveSet::poll(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods) {
  Lock lock(lock_);
  bool collected = checkCanaries(env);
  addCanary(env, canaryClass, periods);
  if (collected) {
    letGo(env, canaryClass, periods);
  }
  while (isOverfull()) {
    thin(env);
  }
}

bool LiveSet::checkCanaries(JNIEnv* env) {
  uint32_t upTo = 0;
  bool anyGone = false;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < canaryCount_; i++) {
    Canary canary = canaries_[i];
    if (isGone(env, canary.object)) {
      env->DeleteWeakGlobalRef(canary.object);
      upTo = upTo < canary.born ? canary.born : upTo;
      anyGone = true;
    } else {
      canaries_[kept++] = canary;
    }
  }
  canaryCount_ = kept;
  if (upTo > lastUpTo_) {
    noteCollection(upTo);
  }
  return anyGone;
}

void LiveSet::noteCollection(uint32_t upTo) {
  if (collectionCount_ == kMostCollections) {
    // Ages beyond half a million are told a little too low from now on.
    collectionCount_ /= 2;
    forgotten_ += collectionCount_;
    memmove(collections_, collections_ + kMostCollections - collectionCount_, collectionCount_ * sizeof(Collection));
  }
  if (collectionCount_ == collectionCapacity_) {
    uint32_t capacity = collectionCapacity_ == 0 ? 256 : collectionCapacity_ * 2;
    void* larger = realloc(collections_, capacity * sizeof(Collection));
    if (larger == nullptr) {
      return;
    }
    collections_ = static_cast<Collection*>(larger);
    collectionCapacity_ = capacity;
  }
  collections_[collectionCount_++] = {upTo, static_cast<uint32_t>(time(nullptr)) + 1};
}

uint32_t LiveSet::survived(uint32_t born) const {
  uint32_t low = 0;
  uint32_t high = collectionCount_;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (collections_[middle].upTo >= born) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return collectionCount_ - low + (low == 0 && forgotten_ > 0 ? forgotten_ : 0);
}

uint32_t LiveSet::bucketOf(uint32_t born) const {
  uint32_t age = survived(born);
  return age == 0 ? 0 : 32 - static_cast<uint32_t>(__builtin_clz(age));
}

void LiveSet::addCanary(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods) {
  uint32_t period = periods.load(std::memory_order_acquire);
  if (canaryCount_ > 0 && canaries_[canaryCount_ - 1].born == period) {
    return;
  }
  jobject object = env->AllocObject(canaryClass);
  if (object == nullptr) {
    env->ExceptionClear();
    return;
  }
  jweak weak = env->NewWeakGlobalRef(object);
  env->DeleteLocalRef(object);
  if (weak == nullptr) {
    env->ExceptionClear();
    return;
  }
  if (canaryCount_ == kCanaries) {
    // Promoted ones may live long; their news would be old.
    env->DeleteWeakGlobalRef(canaries_[0].object);
    memmove(canaries_, canaries_ + 1, --canaryCount_ * sizeof(Canary));
  }
  canaries_[canaryCount_++] = {weak, period};
}

void LiveSet::letGo(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods) {
  for (uint32_t left = kSweeps; !sweep(env, periods, left == 1); left--) {
    checkCanaries(env);
    addCanary(env, canaryClass, periods);
  }
}

// Those that were never subject to a collection before this one are temporary. If the next collection comes before all are
// looked at, the rest may as well have died in that one: they do not count. Nor are they let go of, unless this is the
// last sweep: what was added since the peak was looked at may have died with them.
bool LiveSet::sweep(JNIEnv* env, const std::atomic<uint32_t>& periods, bool last) {
  updatePeak();
  uint32_t before = lastUpTo_;
  uint64_t each = 1ull << thinning();
  uint32_t seen = canaryCount_ == 0 ? 0 : canaries_[canaryCount_ - 1].born;
  bool certain = true;
  forEach([&](Stripe& stripe, uint64_t i) {
    Entry entry = stripe[i];
    if ((!certain && !last) || !isGone(env, entry.object)) {
      return;
    }
    uint32_t period = periods.load(std::memory_order_acquire);
    if (period != seen) {
      seen = period;
      certain = certain && canaryCount_ > 0 && !isGone(env, canaries_[canaryCount_ - 1].object);
    }
    if (certain && entry.born > before) {
      records_[entry.record].temporary += each;
    }
    if (certain || last) {
      remove(stripe, i);
      env->DeleteWeakGlobalRef(entry.object);
    }
  });
  lastUpTo_ = collectionCount_ == 0 ? 0 : collections_[collectionCount_ - 1].upTo;
  return certain || last;
}

void LiveSet::thin(JNIEnv* env) {
  updatePeak();
  shift_.fetch_add(1, std::memory_order_relaxed);
  forEach([&](Stripe& stripe, uint64_t i) {
    if (random_.oneIn(1)) {
      jweak object = stripe[i].object;
      remove(stripe, i);
      env->DeleteWeakGlobalRef(object);
    }
  });
}

uint64_t LiveSet::currentBytes() {
  uint64_t bytes = 0;
  for (Stripe& stripe : stripes_) {
    Lock lock(stripe.lock);
    bytes += stripe.bytes;
  }
  return bytes << thinning();
}

// Between two polls the set only grows: what it holds at a poll, before that lets go of anything, is what matters.
void LiveSet::updatePeak() {
  if (currentBytes() <= peakBytes_) {
    return;
  }
  for (uint32_t i = 0; i < records_.size(); i++) {
    records_[i].peak = 0;
  }
  uint64_t bytes = 0;
  forEach([&](Stripe& stripe, uint64_t i) {
    uint32_t record = stripe[i].record;
    records_[record].peak++;
    bytes += bytesOf(record);
  });
  peakShift_ = thinning();
  bytes <<= peakShift_;
  peakBytes_ = bytes > peakBytes_ ? bytes : peakBytes_;
}

TracedBytes LiveSet::tracedBytes() {
  Lock lock(lock_);
  updatePeak();
  uint64_t current = currentBytes();
  return {current, current > peakBytes_ ? current : peakBytes_};
}

uint32_t LiveSet::collectionTimes(int64_t* into, uint32_t room) {
  Lock lock(lock_);
  uint32_t written = 0;
  for (uint64_t back = 1; back <= collectionCount_ && written < room; back *= 2) {
    into[written++] = collections_[collectionCount_ - back].seconds;
  }
  return written;
}

void LiveSet::resetPeak() {
  Lock lock(lock_);
  peakBytes_ = 0;
  updatePeak();
}

uint32_t LiveSet::find(JNIEnv* env, jobject object, uint32_t type) {
  uint32_t found = kNone;
  forEach([&](Stripe& stripe, uint64_t i) {
    const Entry& entry = stripe[i];
    if (found == kNone && records_[entry.record].key.type == type && env->IsSameObject(entry.object, object)) {
      found = entry.record;
    }
  });
  return found;
}

LiveCounts LiveSet::collect(JNIEnv* env, jclass canaryClass, const std::atomic<uint32_t>& periods) {
  Lock lock(lock_);
  checkCanaries(env);
  addCanary(env, canaryClass, periods);
  letGo(env, canaryClass, periods);
  updatePeak();
  LiveCounts all = {nullptr, 0, thinning(), peakShift_};
  uint32_t aged = 0;
  AgedCount* ages = countByAge(&aged);
  uint32_t recordCount = records_.size();
  if (ages != nullptr) {
    all.counts = static_cast<AgedCount*>(malloc((aged + 2ull * recordCount + 1) * sizeof(AgedCount)));
  }
  uint32_t next = 0;
  for (uint32_t i = 0; all.counts != nullptr && i < recordCount; i++) {
    for (; next < aged && ages[next].record == i; next++) {
      all.counts[all.length++] = ages[next];
    }
    if (records_[i].temporary > 0) {
      all.counts[all.length++] = {records_[i].temporary, i, kTemporary};
    }
    if (records_[i].peak > 0) {
      all.counts[all.length++] = {records_[i].peak, i, kPeak};
    }
  }
  free(ages);
  return all;
}

AgedCount* LiveSet::countByAge(uint32_t* length) {
  // Few records have live samples of many ages: a table by record and age would be mostly empty.
  uint64_t capacity = 1024;
  uint64_t used = 0;
  AgedCount* table = static_cast<AgedCount*>(calloc(capacity, sizeof(AgedCount)));
  auto slot = [&](AgedCount* in, uint64_t size, uint32_t record, uint32_t bucket) {
    uint64_t i = (record * 0x9E3779B97F4A7C15ull >> 20 ^ bucket) & (size - 1);
    while (in[i].samples != 0 && (in[i].record != record || in[i].bucket != bucket)) {
      i = (i + 1) & (size - 1);
    }
    return &in[i];
  };
  forEach([&](Stripe& stripe, uint64_t i) {
    if (table != nullptr && used >= capacity / 2) {
      AgedCount* larger = static_cast<AgedCount*>(calloc(capacity * 2, sizeof(AgedCount)));
      for (uint64_t old = 0; larger != nullptr && old < capacity; old++) {
        if (table[old].samples != 0) {
          *slot(larger, capacity * 2, table[old].record, table[old].bucket) = table[old];
        }
      }
      free(table);
      table = larger;
      capacity *= 2;
    }
    if (table != nullptr) {
      const Entry& entry = stripe[i];
      AgedCount* count = slot(table, capacity, entry.record, bucketOf(entry.born));
      used += count->samples++ == 0;
      count->record = entry.record;
      count->bucket = bucketOf(entry.born);
    }
  });
  uint32_t kept = 0;
  for (uint64_t i = 0; table != nullptr && i < capacity; i++) {
    if (table[i].samples != 0) {
      table[kept++] = table[i];
    }
  }
  if (table != nullptr) {
    qsort(table, kept, sizeof(AgedCount), byRecord);
  }
  *length = kept;
  return table;
}

void LiveSet::forget(JNIEnv* env) {
  Lock lock(lock_);
  forEach([&](Stripe& stripe, uint64_t i) {
    jweak object = stripe[i].object;
    remove(stripe, i);
    env->DeleteWeakGlobalRef(object);
  });
  for (uint32_t i = 0; i < canaryCount_; i++) {
    env->DeleteWeakGlobalRef(canaries_[i].object);
  }
  canaryCount_ = 0;
}

uint64_t LiveSet::overheadBytes() const { return count_.load(std::memory_order_relaxed) * kEntryBytes; }

}  // namespace tracemalloc
