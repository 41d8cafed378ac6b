#pragma once
// A blob as something another process can read: an open file. Where the store has the bytes in a file, that file;
// small ones that are still in memory are copied into a file without a name.
#include "blob/store.h"
#include "io/task.h"
#include "media/protocol/descriptors.h"

namespace holdall::attachment {

class ReadableFile {
 public:
  /// `reader` is open on a whole blob, nothing read from it yet; it outlives the file.
  static io::Task<Result<ReadableFile>> of(blob::Reader& reader);

  int descriptor() const { return copy_.is_open() ? copy_.get() : descriptor_; }

 private:
  int descriptor_ = -1;  ///< the reader's
  media::protocol::OwnedDescriptor copy_;
};

}  // namespace holdall::attachment
