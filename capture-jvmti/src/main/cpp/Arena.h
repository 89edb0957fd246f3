// Memory for small pieces that all live as long as their table.
#pragma once

#include <cstddef>

#include "Budget.h"

namespace tracemalloc {

// One thread at a time.
class Arena {
 public:
  // Blocks of so many bytes, or of more for a larger piece.
  Arena(Budget& budget, size_t blockBytes) : budget_(budget), blockBytes_(blockBytes) {}

  ~Arena();

  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned as the sizes of all pieces are; null if there is no memory.
  void* take(size_t bytes);

 private:
  struct Block {
    Block* next;
    size_t size;
  };

  Budget& budget_;
  const size_t blockBytes_;
  Block* blocks_ = nullptr;
  char* free_ = nullptr;
  size_t freeBytes_ = 0;
};

}  // namespace tracemalloc
