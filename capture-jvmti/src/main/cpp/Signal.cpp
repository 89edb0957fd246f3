#include "Signal.h"

#include <cerrno>
#include <ctime>

namespace tracemalloc {

Signal::Signal() { pthread_cond_init(&raised_, nullptr); }

Signal::~Signal() { pthread_cond_destroy(&raised_); }

void Signal::raise() {
  Lock lock(lock_);
  isRaised_ = true;
  pthread_cond_signal(&raised_);
}

void Signal::await(uint32_t millis) {
  timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += millis / 1000;
  end.tv_nsec += static_cast<long>(millis % 1000) * 1000 * 1000;
  if (end.tv_nsec >= 1000 * 1000 * 1000) {
    end.tv_sec++;
    end.tv_nsec -= 1000 * 1000 * 1000;
  }
  Lock lock(lock_);
  while (!isRaised_ && pthread_cond_timedwait(&raised_, lock_.native(), &end) != ETIMEDOUT) {
  }
  isRaised_ = false;
}

}  // namespace tracemalloc
