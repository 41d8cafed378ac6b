#include "blob/errors.h"

namespace holdall::blob {

Error no_such_blob(const Key& key) {
  return make_error(ErrorKind::NotFound, "no-such-blob", "The stored file is not there.", "blob " + key.text());
}

Error blob_exists(const Key& key) {
  return make_error(ErrorKind::Conflict, "blob-exists", "A stored file of this name exists already.",
                    "blob " + key.text());
}

Error range_beyond_end(const Key& key, std::uint64_t size) {
  return make_error(ErrorKind::InvalidArgument, "range-beyond-end", "The range reaches past the end of the file.",
                    "blob " + key.text() + " has " + std::to_string(size) + " bytes");
}

Error writer_spent() { return internal_error("a blob writer was used after an error, or after its commit"); }

Error invalid_page(std::string internal) {
  return make_error(ErrorKind::InvalidArgument, "invalid-page", "A page of stored files holds 1 to 1,000 of them.",
                    std::move(internal));
}

Error store_full(std::string internal) {
  return make_error(ErrorKind::NoSpace, "no-space", "The store is full; try again when space has been made.",
                    std::move(internal));
}

Error store_read_only(std::string_view reason) {
  return make_error(ErrorKind::Unavailable, "store-read-only",
                    "The store takes no files at the moment; try again later.", std::string(reason));
}

Error blob_corrupt(const Key& key, std::string internal) {
  return make_error(ErrorKind::Corrupt, "blob-corrupt", "The stored file is damaged; ask the operator to check it.",
                    "blob " + key.text() + ": " + std::move(internal));
}

}  // namespace holdall::blob
