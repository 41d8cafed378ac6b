#pragma once
// Removes the bytes of what was deleted: the handler of catalog::kRemoveBlob jobs.
#include "blob/store.h"
#include "catalog/rows.h"
#include "io/task.h"

namespace holdall::attachment {

/// Removes the blob that the job's payload {"store", "key"} names; twice is harmless. Keys are never used again, so
/// what the job was queued for stays true however late it runs.
/// Errors: InvalidArgument "job-malformed" for a payload that no retry can cure; Unavailable "store-not-configured"
/// when the blob lies in a store that is not this one (it waits until it is); the store's own.
io::Task<Result<void>> remove_blob(blob::Store& store, const catalog::Job& job, const Context& context);

}  // namespace holdall::attachment
