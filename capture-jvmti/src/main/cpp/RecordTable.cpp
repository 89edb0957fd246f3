#include "RecordTable.h"

#include "Hash.h"

namespace tracemalloc {

namespace {

uint64_t hashOf(const RecordKey& key) {
  uint64_t ids = static_cast<uint64_t>(key.trace) << 32 | key.type;
  return mix(mix(mix(ids, key.thread), key.interval), key.blockSize << 1 | key.mixed);
}

}  // namespace

RecordTable::RecordTable(Budget& budget) : index_(budget), records_(budget) {}

uint32_t RecordTable::find(const RecordKey& key) const { return findHashed(hashOf(key), key); }

uint32_t RecordTable::findHashed(uint64_t hash, const RecordKey& key) const {
  return index_.find(hash, [&](uint32_t number) { return records_[number].key == key; });
}

uint32_t RecordTable::intern(const RecordKey& key) {
  uint64_t hash = hashOf(key);
  uint32_t known = findHashed(hash, key);
  if (known != kNone) {
    return known;
  }
  Lock lock(lock_);
  known = findHashed(hash, key);
  if (known != kNone) {
    return known;
  }
  Record* added = records_.reserve();
  if (added == nullptr || !index_.reserve()) {
    return kNone;
  }
  added->key = key;
  uint32_t number = records_.publish();
  index_.put(hash, number);
  return number;
}

}  // namespace tracemalloc
