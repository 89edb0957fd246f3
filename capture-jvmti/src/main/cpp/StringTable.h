// Strings, each kept once, known by a number. Number 0 is the empty string.
#pragma once

#include <cstddef>
#include <cstdint>

#include "Arena.h"
#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"

namespace tracemalloc {

// Safe for any thread.
class StringTable {
 public:
  explicit StringTable(Budget& budget);

  // The number of a string, copied if it is new; 0 if there is no memory for it.
  uint32_t intern(const char* text, size_t length);

  // The number of a string, kNone if it is new.
  uint32_t find(const char* text, size_t length) const;

  // Zero-terminated.
  const char* operator[](uint32_t number) const { return strings_[number].text; }

  uint32_t size() const { return strings_.size(); }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  struct String {
    const char* text;
    uint32_t length;
  };

  uint32_t findHashed(uint64_t hash, const char* text, size_t length) const;
  uint32_t add(uint64_t hash, const char* text, size_t length);
  char* copy(const char* text, size_t length);

  Mutex lock_;
  Index index_;
  Column<String> strings_;
  // Guarded by lock_.
  Arena texts_;
};

}  // namespace tracemalloc
