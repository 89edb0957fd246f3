// The few words that the tests of the native units need.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

#define CHECK_EQUAL(expected, actual)                                                                             \
  do {                                                                                                            \
    long long expectedValue = static_cast<long long>(expected);                                                   \
    long long actualValue = static_cast<long long>(actual);                                                       \
    if (expectedValue != actualValue) {                                                                           \
      fprintf(stderr, "%s:%d: %s: expected %lld, got %lld\n", __FILE__, __LINE__, #actual, expectedValue, actualValue); \
      exit(1);                                                                                                    \
    }                                                                                                             \
  } while (0)

void testStringTable();
void testTraceTable();
void testRecordTable();
void testBudget();
void testWeight();
void testInterval();
void testRandom();
void testPhaser();
void testLiveSet();
void testClassTable();
void testStackReader();
void testStackWalk();
void testVmStructs();
void testNumberCache();
void testDebugInfo();
void testFrameLists();
void testSession();
