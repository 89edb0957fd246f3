#include "StringTable.h"

#include <cstring>

#include "Hash.h"

namespace tracemalloc {

namespace {

constexpr size_t kBlockBytes = 16 * 1024;

}  // namespace

StringTable::StringTable(Budget& budget) : index_(budget), strings_(budget), texts_(budget, kBlockBytes) {
  intern("", 0);
}

uint32_t StringTable::intern(const char* text, size_t length) {
  uint64_t hash = hashBytes(text, length);
  uint32_t known = findHashed(hash, text, length);
  if (known != Index::kNone) {
    return known;
  }
  Lock lock(lock_);
  known = findHashed(hash, text, length);
  return known != Index::kNone ? known : add(hash, text, length);
}

uint32_t StringTable::find(const char* text, size_t length) const {
  return findHashed(hashBytes(text, length), text, length);
}

uint32_t StringTable::findHashed(uint64_t hash, const char* text, size_t length) const {
  return index_.find(hash, [&](uint32_t number) {
    const String& string = strings_[number];
    return string.length == length && memcmp(string.text, text, length) == 0;
  });
}

uint32_t StringTable::add(uint64_t hash, const char* text, size_t length) {
  String* string = strings_.reserve();
  char* kept = string != nullptr && index_.reserve() ? copy(text, length) : nullptr;
  if (kept == nullptr) {
    return 0;
  }
  string->text = kept;
  string->length = static_cast<uint32_t>(length);
  uint32_t number = strings_.publish();
  index_.put(hash, number);
  return number;
}

char* StringTable::copy(const char* text, size_t length) {
  char* kept = static_cast<char*>(texts_.take(length + 1));
  if (kept != nullptr) {
    memcpy(kept, text, length);
    kept[length] = 0;
  }
  return kept;
}

}  // namespace tracemalloc
