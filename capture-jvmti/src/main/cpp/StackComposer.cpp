#include "StackComposer.h"

namespace tracemalloc {

// Puts the frames of places that are known together.
class StackComposer::Composed final : public StackWalk::Visitor {
 public:
  Composed(const StackComposer& composer, jvmtiFrameInfo* frames, uint32_t most)
      : composer_(composer), frames_(frames), most_(most) {}

  bool visit(const StackWalk::Place& place) override {
    uint32_t number = composer_.places_.find(place.key);
    hasNewPlace = number == NumberCache::kNone;
    if (hasNewPlace) {
      return false;
    }
    const FrameList& list = composer_.lists_[number];
    isEnd = list.length == 0;
    for (uint32_t i = 0; i < list.length && length < most_; i++) {
      frames_[length++] = list.frames[i];
    }
    return !isEnd && length < most_;
  }

  uint32_t length = 0;
  bool hasNewPlace = false;
  // A virtual thread begins here.
  bool isEnd = false;

 private:
  const StackComposer& composer_;
  jvmtiFrameInfo* const frames_;
  const uint32_t most_;
};

// Counts how many of a stack's frames each place stands for.
class StackComposer::Measured final : public StackWalk::Visitor {
 public:
  Measured(const StackWalk& walk, JNIEnv* env, uint32_t depth, uint32_t* counts)
      : walk_(walk), env_(env), depth_(depth), counts_(counts) {}

  bool visit(const StackWalk::Place& place) override {
    if (sum_ == depth_) {
      // JVMTI does not show what carries a virtual thread, nor the native method that leads there.
      isEnd = place.isNative;
      return false;
    }
    uint32_t frames = walk_.framesAt(env_, place);
    if (frames == 0 || frames > depth_ - sum_) {
      return false;
    }
    counts_[places++] = frames;
    sum_ += frames;
    return true;
  }

  bool isRight(StackWalk::End end) const { return isEnd || (end == StackWalk::End::kWhole && sum_ == depth_); }

  uint32_t places = 0;
  bool isEnd = false;

 private:
  const StackWalk& walk_;
  JNIEnv* const env_;
  const uint32_t depth_;
  uint32_t* const counts_;
  uint32_t sum_ = 0;
};

// Keeps the frames of each place.
class StackComposer::Learned final : public StackWalk::Visitor {
 public:
  Learned(StackComposer& composer, const jvmtiFrameInfo* frames, const uint32_t* counts, const Measured& measured)
      : composer_(composer), frames_(frames), counts_(counts), left_(measured.places), isEnd_(measured.isEnd) {}

  bool visit(const StackWalk::Place& place) override {
    uint32_t count = left_ > 0 ? *counts_ : 0;
    if (left_ == 0 && !isEnd_) {
      return false;
    }
    uint32_t list = composer_.lists_.intern(frames_, count);
    hasRoom = list != FrameLists::kNone && composer_.places_.add(place.key, list);
    if (!hasRoom || left_ == 0) {
      return false;
    }
    frames_ += count;
    counts_++;
    left_--;
    return true;
  }

  bool hasRoom = true;

 private:
  StackComposer& composer_;
  const jvmtiFrameInfo* frames_;
  const uint32_t* counts_;
  uint32_t left_;
  const bool isEnd_;
};

bool StackComposer::compose(
    JNIEnv* env, jvmtiFrameInfo* frames, uint32_t most, uint32_t* length, bool* hasNewPlace) const {
  Composed composed(*this, frames, most);
  StackWalk::End end = walk_.walk(env, composed);
  *length = composed.length;
  *hasNewPlace = composed.hasNewPlace;
  return composed.length == most || composed.isEnd || end == StackWalk::End::kWhole;
}

bool StackComposer::learn(JNIEnv* env, const jvmtiFrameInfo* frames, uint32_t depth, uint32_t* counts) {
  Measured measured(walk_, env, depth, counts);
  if (!measured.isRight(walk_.walk(env, measured))) {
    return false;
  }
  Learned learned(*this, frames, counts, measured);
  walk_.walk(env, learned);
  return learned.hasRoom;
}

}  // namespace tracemalloc
