#pragma once
// A catalog and a store in memory with files in both, for the tests of those who hold one against the other.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "attachment/testing/tampered_catalog.h"
#include "blob/testing/memory_store.h"
#include "blob/testing/store_access.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"

namespace holdall::attachment::testing {

class KeepingHouse : public ::testing::Test {
 protected:
  static constexpr UserId kOwner{7};

  /// Bytes in the store, and the row that an upload would commit for them.
  catalog::NewAttachment put(std::string_view key, std::string_view bytes) {
    const auto written = blob::testing::put(store_, key, std::as_bytes(std::span(bytes)));
    EXPECT_TRUE(written.has_value());
    return {.key = std::string(key),
            .store = std::string(store_.name()),
            .size = written->size,
            .sha256 = written->sha256,
            .collection = "default",
            .filename = "a.txt",
            .mime_type = "text/plain",
            .task_id = {},
            .record = {},
            .tags = {},
            .expires_at = {},
            .jobs = {}};
  }

  AttachmentId commit(catalog::NewAttachment row) {
    auto added = io::sync_wait(real_catalog_.add(kOwner, {std::move(row)}, {}, std::nullopt, context_));
    EXPECT_TRUE(added.has_value());
    return added->attachments.at(0).id;
  }

  AttachmentId add(std::string_view key, std::string_view bytes) { return commit(put(key, bytes)); }

  bool is_stored(std::string_view key) { return blob::testing::stat(store_, key).has_value(); }

  /// The store stamps its blobs with the machine's time; to make them old, this clock goes ahead.
  ManualClock clock_{system_clock().now()};
  Context context_;
  blob::testing::MemoryStore store_;
  catalog::testing::MemoryCatalog real_catalog_{clock_};
  TamperedCatalog catalog_{real_catalog_};
};

}  // namespace holdall::attachment::testing
