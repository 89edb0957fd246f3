#include "TraceTable.h"

#include <cstring>

namespace tracemalloc {

namespace {

constexpr uint32_t kBlockFrames = 8 * 1024;

}  // namespace

TraceTable::TraceTable(Budget& budget) : budget_(budget), index_(budget), traces_(budget) {}

TraceTable::~TraceTable() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    budget_.release(blocks_, blocks_->size);
    blocks_ = next;
  }
}

uint32_t TraceTable::find(uint64_t key) const {
  return index_.find(key, [&](uint32_t number) { return traces_[number].key == key; });
}

uint32_t TraceTable::add(const Trace& trace) {
  Lock lock(lock_);
  uint32_t known = find(trace.key);
  if (known != kNone) {
    return known;
  }
  Trace* added = traces_.reserve();
  uint32_t* frames = added != nullptr && index_.reserve() ? copy(trace.frames, trace.length + trace.outerMethods) : nullptr;
  if (frames == nullptr) {
    return kNone;
  }
  *added = trace;
  added->frames = frames;
  uint32_t number = traces_.publish();
  index_.put(trace.key, number);
  return number;
}

uint32_t* TraceTable::copy(const uint32_t* frames, uint32_t length) {
  if (length > freeFrames_ || free_ == nullptr) {
    uint32_t room = length > kBlockFrames ? length : kBlockFrames;
    uint64_t size = sizeof(Block) + static_cast<uint64_t>(room) * sizeof(uint32_t);
    Block* block = static_cast<Block*>(budget_.allocate(size));
    if (block == nullptr) {
      return nullptr;
    }
    block->next = blocks_;
    block->size = size;
    blocks_ = block;
    free_ = reinterpret_cast<uint32_t*>(block + 1);
    freeFrames_ = room;
  }
  uint32_t* kept = free_;
  if (length > 0) {
    memcpy(kept, frames, length * sizeof(uint32_t));
  }
  free_ += length;
  freeFrames_ -= length;
  return kept;
}

}  // namespace tracemalloc
