#include "Arena.h"

namespace tracemalloc {

Arena::~Arena() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    budget_.release(blocks_, blocks_->size);
    blocks_ = next;
  }
}

void* Arena::take(size_t bytes) {
  if (bytes > freeBytes_ || free_ == nullptr) {
    size_t room = bytes > blockBytes_ ? bytes : blockBytes_;
    Block* block = static_cast<Block*>(budget_.allocate(sizeof(Block) + room));
    if (block == nullptr) {
      return nullptr;
    }
    block->next = blocks_;
    block->size = sizeof(Block) + room;
    blocks_ = block;
    free_ = reinterpret_cast<char*>(block + 1);
    freeBytes_ = room;
  }
  void* taken = free_;
  free_ += bytes;
  freeBytes_ -= bytes;
  return taken;
}

}  // namespace tracemalloc
