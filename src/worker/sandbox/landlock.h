#pragma once
// Landlock (landlock(7)): no file can be opened by name, no port bound or connected to, from here on. By raw system
// call and own constants: the kernel may know more than the headers this is built with.
#include <span>

namespace holdall::worker::sandbox {

/// Takes every right the running kernel knows of from this thread and those it starts, but to read what lies below
/// `readable` (folders that are not there are passed over); needs no_new_privs. False where the kernel has no Landlock
/// or it is switched off.
bool forbid_files_and_network(std::span<const char* const> readable);

}  // namespace holdall::worker::sandbox
