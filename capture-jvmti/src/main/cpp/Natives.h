// The native methods of the Java part.
#pragma once

#include <jni.h>

namespace tracemalloc {

// Binds them; false, with an exception pending, if the class is not the one that the library was built for.
bool registerNatives(JNIEnv* env);

}  // namespace tracemalloc
