#include "Capabilities.h"

#include <cstring>

namespace tracemalloc {

namespace {

constexpr size_t kBytes = sizeof(jvmtiCapabilities);

// Headers of JDK 17 do not know can_support_virtual_threads: it is the bit behind the one for sampled allocations.
void addVirtualThreads(jvmtiEnv* jvmti, jvmtiCapabilities* wanted) {
  jvmtiCapabilities potential = {};
  if (jvmti->GetPotentialCapabilities(&potential) != JVMTI_ERROR_NONE) {
    return;
  }
  unsigned char mark[kBytes];
  unsigned char has[kBytes];
  unsigned char bits[kBytes];
  jvmtiCapabilities marked = solitaryCapability();
  memcpy(mark, &marked, kBytes);
  memcpy(has, &potential, kBytes);
  memcpy(bits, wanted, kBytes);
  for (size_t bit = 0; bit + 1 < kBytes * 8; bit++) {
    size_t next = bit + 1;
    if ((mark[bit / 8] >> bit % 8 & 1) != 0 && (has[next / 8] >> next % 8 & 1) != 0) {
      bits[next / 8] = static_cast<unsigned char>(bits[next / 8] | 1u << next % 8);
    }
  }
  memcpy(wanted, bits, kBytes);
}

}  // namespace

jvmtiCapabilities solitaryCapability() {
  jvmtiCapabilities solitary = {};
  solitary.can_generate_sampled_object_alloc_events = 1;
  return solitary;
}

jvmtiCapabilities wantedCapabilities(jvmtiEnv* jvmti) {
  jvmtiCapabilities wanted = solitaryCapability();
  wanted.can_generate_garbage_collection_events = 1;
  wanted.can_get_line_numbers = 1;
  wanted.can_get_source_file_name = 1;
  addVirtualThreads(jvmti, &wanted);
  return wanted;
}

}  // namespace tracemalloc
