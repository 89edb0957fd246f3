// What the agent asks the VM to be allowed to do.
#pragma once

#include <jvmti.h>

namespace tracemalloc {

// All that a session needs; support of virtual threads where the VM has it.
jvmtiCapabilities wantedCapabilities(jvmtiEnv* jvmti);

// The one that only one agent of a VM can have.
jvmtiCapabilities solitaryCapability();

}  // namespace tracemalloc
