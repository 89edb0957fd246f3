#include "Checks.h"

#define RUN(test)          \
  do {                     \
    fprintf(stderr, #test "\n"); \
    test();                \
  } while (0)

int main() {
  RUN(testBudget);
  RUN(testStringTable);
  RUN(testTraceTable);
  RUN(testRecordTable);
  RUN(testWeight);
  RUN(testInterval);
  RUN(testRandom);
  RUN(testPhaser);
  RUN(testLiveSet);
  RUN(testClassTable);
  RUN(testStackReader);
  RUN(testStackWalk);
  RUN(testVmStructs);
  RUN(testNumberCache);
  RUN(testDebugInfo);
  RUN(testFrameLists);
  RUN(testSession);
  fprintf(stderr, "all passed\n");
  return 0;
}
