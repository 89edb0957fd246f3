// The counters: one record for each traceback, allocated class, thread, block size and interval.
#pragma once

#include <atomic>
#include <cstdint>

#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"

namespace tracemalloc {

struct RecordKey {
  uint64_t blockSize;
  uint64_t interval;  // That under which its samples were drawn.
  uint32_t trace;
  uint32_t type;
  uint32_t thread;
  uint32_t mixed;  // Not 0 if the block size is that of a class of sizes, for want of memory.

  bool operator==(const RecordKey& other) const {
    return blockSize == other.blockSize && interval == other.interval && trace == other.trace && type == other.type &&
           thread == other.thread && mixed == other.mixed;
  }
};

/*
 * field                 | read           | write                     | guard
 * key                   | any thread     | once                      | published by the index
 * allocated             | any thread     | allocating threads        | atomic, relaxed
 * temporary, peak       | poll, snapshot | poll, snapshot            | the live set's lock
 *
 * All are numbers of samples; what a sample stands for follows from block size and interval.
 */
struct Record {
  RecordKey key;
  std::atomic<uint64_t> allocated;
  uint64_t temporary;
  uint64_t peak;
};

// Safe for any thread.
class RecordTable {
 public:
  explicit RecordTable(Budget& budget);

  // The number of the record with this key, kNone if there is none.
  uint32_t find(const RecordKey& key) const;

  // The number of the record with this key, made if it is new; kNone if there is no memory for it.
  uint32_t intern(const RecordKey& key);

  Record& operator[](uint32_t number) const { return records_[number]; }
  uint32_t size() const { return records_.size(); }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  uint32_t findHashed(uint64_t hash, const RecordKey& key) const;

  Mutex lock_;
  Index index_;
  Column<Record> records_;
};

}  // namespace tracemalloc
