/* Loads the library into a process with musl's C library, as a JVM on Alpine does, and looks for its two entries. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char** arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: load LIBRARY\n");
    return 2;
  }
  void* library = dlopen(arguments[1], RTLD_NOW);
  if (library == NULL || dlsym(library, "JNI_OnLoad") == NULL || dlsym(library, "Agent_OnLoad") == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  return 0;
}
