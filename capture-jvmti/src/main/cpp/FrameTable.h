// Methods and the places in them: what the frames of tracebacks are made of.
#pragma once

#include <cstdint>

#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"
#include "NumberCache.h"

namespace tracemalloc {

// A method by names alone: nothing here keeps a class alive or refers to one that may be gone.
struct Method {
  // The VM's name for it where it was met first, compared and never followed. HotSpot does not use one twice.
  uint64_t id;
  uint32_t className;   // A class signature, Lcom/acme/Foo;
  uint32_t name;
  uint32_t descriptor;
  uint32_t sourceFile;  // 0 if unknown
  uint32_t lines;  // A hash of its line numbers: another version of the class may have others.
  bool isNative;
  bool isMachinery;  // A snapshot may leave it out, as it may natives.
  bool isOfHiddenClass;
  bool isJdk;
};

struct Frame {
  uint32_t method;
  uint32_t line;  // 0 if unknown
  int64_t location;
};

/*
 * A class that is loaded again has methods with new ids. They are those of before, by all that is kept of them; as many of
 * their ids as fit into a cache are known, and of the rest the names are asked for each time.
 */
// Safe for any thread.
class FrameTable {
 public:
  explicit FrameTable(Budget& budget);

  // The number of the method with this id, kNone if it is new.
  uint32_t findMethod(uint64_t id) const;

  // Adds a method, or finds that another thread did, or that it is one with another id; kNone if there is no memory.
  uint32_t addMethod(const Method& method);

  // The number of the frame at this place, kNone if it is new.
  uint32_t findFrame(uint32_t method, int64_t location) const;

  // Adds a frame, or finds that another thread did; kNone if there is no memory.
  uint32_t addFrame(const Frame& frame);

  const Method& method(uint32_t number) const { return methods_[number]; }
  const Frame& frame(uint32_t number) const { return frames_[number]; }
  uint32_t methodCount() const { return methods_.size(); }
  uint32_t frameCount() const { return frames_.size(); }

  static constexpr uint32_t kNone = Index::kNone;

 private:
  uint32_t findSame(const Method& method) const;

  Mutex lock_;
  Index methodIndex_;
  Index sameIndex_;
  NumberCache otherIds_;
  Index frameIndex_;
  Column<Method> methods_;
  Column<Frame> frames_;
};

}  // namespace tracemalloc
