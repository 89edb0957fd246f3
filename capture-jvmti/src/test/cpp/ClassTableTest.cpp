#include "ClassTable.h"

#include "Checks.h"
#include "FakeHeap.h"

using namespace tracemalloc;

namespace {

constexpr uint32_t kName = 3;

jclass classOf(FakeHeap& heap) { return static_cast<jclass>(heap.allocate()); }

void aClassIsKnownAgain() {
  FakeHeap heap;
  Budget budget(1 << 20);
  ClassTable classes(budget);
  jclass one = classOf(heap);
  uint32_t number = classes.intern(heap.env(), one, kName);

  CHECK(number != ClassTable::kNone);
  CHECK(classes.is(heap.env(), one, number));
  CHECK_EQUAL(kName, classes.nameOf(number));
  CHECK_EQUAL(number, classes.intern(heap.env(), one, kName));
}

void classesOfOneNameAreToldApart() {
  FakeHeap heap;
  Budget budget(1 << 20);
  ClassTable classes(budget);
  jclass one = classOf(heap);
  jclass other = classOf(heap);
  uint32_t first = classes.intern(heap.env(), one, kName);
  uint32_t second = classes.intern(heap.env(), other, kName);

  CHECK(first != second);
  CHECK(!classes.is(heap.env(), other, first));
  CHECK(classes.is(heap.env(), other, second));
}

void ofOneNameAFewAreKept() {
  FakeHeap heap;
  Budget budget(1 << 20);
  ClassTable classes(budget);
  int64_t before = heap.references();
  for (int i = 0; i < 8; i++) {
    CHECK(classes.intern(heap.env(), classOf(heap), kName) != ClassTable::kNone);
  }
  CHECK_EQUAL(ClassTable::kNone, classes.intern(heap.env(), classOf(heap), kName));
  CHECK_EQUAL(before + 8 + 9, heap.references());
}

void classesAreLetGo() {
  FakeHeap heap;
  Budget budget(1 << 20);
  ClassTable classes(budget);
  jclass one = classOf(heap);
  int64_t before = heap.references();
  classes.intern(heap.env(), one, kName);
  CHECK_EQUAL(before + 1, heap.references());

  classes.forget(heap.env());

  CHECK_EQUAL(before, heap.references());
}

void withoutMemoryAClassIsNotKept() {
  FakeHeap heap;
  Budget budget(16);
  ClassTable classes(budget);
  jclass one = classOf(heap);
  int64_t before = heap.references();

  CHECK_EQUAL(ClassTable::kNone, classes.intern(heap.env(), one, kName));
  CHECK_EQUAL(before, heap.references());
}

}  // namespace

void testClassTable() {
  aClassIsKnownAgain();
  classesOfOneNameAreToldApart();
  ofOneNameAFewAreKept();
  classesAreLetGo();
  withoutMemoryAClassIsNotKept();
}
