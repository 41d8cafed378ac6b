#include "api/attachment_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::api {
namespace {

catalog::Attachment sample() {
  catalog::Attachment row;
  row.id = AttachmentId{42};
  row.user_id = UserId{7};
  row.blob.key = "7/2026/11/22/175010_k3v9q0x2m4t7";
  row.blob.size = 81231;
  row.blob.sha256 = sha256(as_bytes(""));
  row.collection = "default";
  row.filename = "scan \"1\".pdf";
  row.mime_type = "application/pdf";
  row.created_at = row.updated_at = from_micros(1'795'369'810'812'331);
  return row;
}

TEST(AttachmentJson, BeginsWithTheNineFoundingMembersInTheirOrder) {
  const auto object = attachment_json(sample(), "7");
  const char* const kFounding[] = {"id",       "filename", "file_path", "file_size", "mime_type",
                                   "ocr_text", "task_id",  "user_id",   "created_at"};
  auto member = object.begin();
  for (const char* name : kFounding)
    EXPECT_EQ((member++)->key(), name);
}

TEST(AttachmentJson, ShowsMetadataThatIsNoObjectAsNone) {
  for (const char* damaged : {R"({"a":NaN})", "", "[1]", "null"}) {
    catalog::Attachment row = sample();
    row.metadata = damaged;
    EXPECT_EQ(to_text(attachment_json(row, "7").at("metadata")), "{}") << damaged;
  }
}

TEST(AttachmentJson, SaysWhatIsNotKnownAsNull) {
  EXPECT_EQ(to_text(attachment_json(sample(), "7")),
            R"({"id":42,"filename":"scan \"1\".pdf","file_path":"7/2026/11/22/175010_k3v9q0x2m4t7",)"
            R"("file_size":81231,"mime_type":"application/pdf","ocr_text":null,"task_id":null,"user_id":7,)"
            R"("created_at":"2026-11-22T17:50:10.812331Z","owner":"7",)"
            R"("sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",)"
            R"("collection":"default","state":"ready","record":null,"metadata":{},"tags":[],"width":null,)"
            R"("height":null,"pages":null,"text_state":"none","updated_at":"2026-11-22T17:50:10.812331Z",)"
            R"("expires_at":null,"version":1})");
}

TEST(AttachmentJson, CarriesRecordMetadataAndTags) {
  catalog::Attachment row = sample();
  row.record = catalog::RecordLink{"invoice", "b1", "scan", 1};
  row.metadata = R"({"page":1})";
  row.tags = {"a", "b"};
  const auto object = attachment_json(row, "x");
  EXPECT_EQ(to_text(object.at("record")), R"({"type":"invoice","id":"b1","role":"scan","position":1})");
  EXPECT_EQ(to_text(object.at("metadata")), R"({"page":1})");
  EXPECT_EQ(to_text(object.at("tags")), R"(["a","b"])");
}

}  // namespace
}  // namespace holdall::api
