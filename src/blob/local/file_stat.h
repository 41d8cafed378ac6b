#pragma once
// Size and time of a blob's file; only plain files count as blobs.
#include <string>

#include "blob/local/folder.h"
#include "blob/store.h"

namespace holdall::blob::local {

/// ENOENT for what is no plain file.
Errno<Stat> stat_file(const Folder& blobs, const std::string& path, Waiting waiting = Waiting::Allowed);
Errno<Stat> stat_open_file(int file);

/// DT_REG, DT_DIR, ... of an entry, for file systems whose readdir does not say.
unsigned char type_of(int folder, const std::string& name);

}  // namespace holdall::blob::local
