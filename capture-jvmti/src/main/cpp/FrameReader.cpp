#include "FrameReader.h"

#include <cstring>

#include "Hash.h"
#include "JvmtiMemory.h"

namespace tracemalloc {

namespace {

bool startsWith(const char* text, const char* prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

// The compiler is a program of its own: nobody calls it from inside the JDK, nor does the tracer.
bool isJdk(const char* signature) {
  return startsWith(signature, "Ljava/") || startsWith(signature, "Ljdk/") || startsWith(signature, "Lsun/") ||
         startsWith(signature, "Ljavax/") ||
         (startsWith(signature, "Lcom/sun/") && !startsWith(signature, "Lcom/sun/tools/javac/"));
}

bool isOfHiddenClass(const char* signature) { return strchr(signature, '.') != nullptr; }

// Of the methods that a snapshot may leave out: of hidden classes, of the classes that have hidden methods, and of those
// that allocate for their caller.
bool isMachinery(const char* signature) {
  return isOfHiddenClass(signature) || startsWith(signature, "Ljava/lang/invoke/") ||
         startsWith(signature, "Ljava/lang/reflect/") || startsWith(signature, "Ljdk/internal/") ||
         startsWith(signature, "Ljava/lang/Thread") || startsWith(signature, "Ljava/lang/VirtualThread") ||
         startsWith(signature, "Ljava/lang/ScopedValue") || startsWith(signature, "Ljava/security/AccessController") ||
         startsWith(signature, "Ljava/lang/StringConcatHelper") || startsWith(signature, "Lsun/misc/Unsafe;") ||
         startsWith(signature, "Ljava/lang/StringUTF16;") || startsWith(signature, "Ljava/lang/Class;") ||
         startsWith(signature, "Ljava/util/Arrays;");
}

}  // namespace

uint32_t FrameReader::frame(jvmtiEnv* jvmti, JNIEnv* env, const jvmtiFrameInfo& info) const {
  uint32_t of = method(jvmti, env, info.method);
  if (of == FrameTable::kNone) {
    return FrameTable::kNone;
  }
  uint32_t known = frames_.findFrame(of, info.location);
  return known != FrameTable::kNone ? known : frames_.addFrame({of, line(jvmti, info), info.location});
}

uint32_t FrameReader::method(jvmtiEnv* jvmti, JNIEnv* env, jmethodID id) const {
  uint64_t key = reinterpret_cast<uint64_t>(id);
  uint32_t known = frames_.findMethod(key);
  if (known != FrameTable::kNone) {
    return known;
  }
  Method method = {};
  method.id = key;
  JvmtiString name(jvmti);
  JvmtiString descriptor(jvmti);
  if (jvmti->GetMethodName(id, name.out(), descriptor.out(), nullptr) == JVMTI_ERROR_NONE) {
    method.name = strings_.intern(name.get(), strlen(name.get()));
    method.descriptor = strings_.intern(descriptor.get(), strlen(descriptor.get()));
  }
  jclass declaring = nullptr;
  if (jvmti->GetMethodDeclaringClass(id, &declaring) == JVMTI_ERROR_NONE) {
    JvmtiString signature(jvmti);
    if (jvmti->GetClassSignature(declaring, signature.out(), nullptr) == JVMTI_ERROR_NONE) {
      method.className = strings_.intern(signature.get(), strlen(signature.get()));
      method.isMachinery = isMachinery(signature.get());
      method.isOfHiddenClass = isOfHiddenClass(signature.get());
      method.isJdk = isJdk(signature.get());
    }
    JvmtiString file(jvmti);
    if (jvmti->GetSourceFileName(declaring, file.out()) == JVMTI_ERROR_NONE) {
      method.sourceFile = strings_.intern(file.get(), strlen(file.get()));
    }
    env->DeleteLocalRef(declaring);
  }
  jboolean isNative = JNI_FALSE;
  method.isNative = jvmti->IsMethodNative(id, &isNative) == JVMTI_ERROR_NONE && isNative;
  method.lines = method.isNative ? 0 : lines(jvmti, id);
  return frames_.addMethod(method);
}

uint32_t FrameReader::lines(jvmtiEnv* jvmti, jmethodID id) const {
  jint length = 0;
  JvmtiMemory<jvmtiLineNumberEntry> table(jvmti);
  if (jvmti->GetLineNumberTable(id, &length, table.out()) != JVMTI_ERROR_NONE) {
    return 0;
  }
  uint64_t hash = static_cast<uint64_t>(length);
  for (jint i = 0; i < length; i++) {
    hash = mix(hash ^ static_cast<uint64_t>(table[i].start_location), static_cast<uint64_t>(table[i].line_number));
  }
  return static_cast<uint32_t>(hash);
}

uint32_t FrameReader::line(jvmtiEnv* jvmti, const jvmtiFrameInfo& info) const {
  jint length = 0;
  JvmtiMemory<jvmtiLineNumberEntry> table(jvmti);
  if (info.location < 0 ||
      jvmti->GetLineNumberTable(info.method, &length, table.out()) != JVMTI_ERROR_NONE) {
    return 0;
  }
  jint line = 0;
  jlocation start = -1;
  for (jint i = 0; i < length; i++) {
    if (table[i].start_location <= info.location && table[i].start_location > start) {
      start = table[i].start_location;
      line = table[i].line_number;
    }
  }
  return static_cast<uint32_t>(line);
}

}  // namespace tracemalloc
