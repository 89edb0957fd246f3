// Allocated classes, so that the VM is not asked for the name of each at each sample.
#pragma once

#include <jni.h>

#include <cstdint>

#include "Budget.h"
#include "Column.h"
#include "Index.h"
#include "Mutex.h"

namespace tracemalloc {

// Keeps no class alive. Safe for any thread, but for its end.
class ClassTable {
 public:
  explicit ClassTable(Budget& budget) : index_(budget), classes_(budget) {}

  // Whether a class has that number. Much faster than to ask for its name.
  bool is(JNIEnv* env, jclass type, uint32_t number) const;

  // The number of a class, made if it is new, whose name has that number among the strings; kNone if there is no memory
  // or there are too many of that name.
  uint32_t intern(JNIEnv* env, jclass type, uint32_t name);

  uint32_t nameOf(uint32_t number) const { return classes_[number].name; }

  // Lets go of the classes, for the end.
  void forget(JNIEnv* env);

  static constexpr uint32_t kNone = Index::kNone;

 private:
  struct Class {
    jweak reference;
    uint32_t name;
  };

  uint32_t add(uint64_t hash, const Class& added);

  Mutex lock_;
  Index index_;
  Column<Class> classes_;
};

}  // namespace tracemalloc
