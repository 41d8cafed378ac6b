// The rows of the table that speak of attachments.
#include "api/attachment_routes.h"

#include <string>
#include <utility>

#include "api/changes.h"
#include "api/download.h"
#include "api/picture.h"
#include "api/reads.h"
#include "api/text.h"
#include "api/uploads.h"
#include "catalog/catalog.h"

namespace holdall::api {
namespace {

using http::Access;
using http::Method;
using http::Parameter;
using http::ProblemDescription;
using http::ValueType;
using Place = http::Parameter::Place;

constexpr std::string_view kBase = "/api/v1/attachments";

std::string path(std::string_view rest) { return std::string(kBase) + std::string(rest); }

Parameter id_parameter() {
  return {.name = "id", .place = Place::Path, .type = ValueType::Integer, .description = "The attachment's id."};
}

Parameter header(std::string name, std::string description) {
  return {.name = std::move(name), .place = Place::Header, .description = std::move(description)};
}

std::vector<Parameter> upload_parameters() {
  return {
      {.name = "task_id", .type = ValueType::Integer, .description = "The task the files belong to."},
      {.name = "collection", .description = "The policy to upload under; 'default' when not said."},
      {.name = "record_type", .description = "With record_id: the application's object the files belong to."},
      {.name = "record_id", .description = "With record_type."},
      {.name = "role", .description = "What the file is to the record (scan, avatar, ...)."},
      {.name = "position", .type = ValueType::Integer, .description = "Order among the record's files."},
      {.name = "metadata", .description = "A JSON object of at most 16 KiB."},
      {.name = "tags", .description = "Tags, separated by commas or as a JSON array.", .repeatable = true},
      {.name = "expires_at", .type = ValueType::Timestamp, .description = "When the attachment goes by itself."},
      header("Idempotency-Key", "The same key and body give the same answer for 24 hours and make one file."),
  };
}

// What each door may answer besides the problems of all: of the form, and of the raw body.
std::vector<ProblemDescription> form_problems() {
  std::vector<ProblemDescription> problems = {
      {415, "multipart-expected", "The body is no form."},
      {400, "unknown-field", "The form has a field that means nothing here."},
      {400, "repeated-field", "A property was given twice."},
      {400, "field-order", "The field 'collection' came behind a file."},
      {400, "form-field-not-utf8", "A field is not UTF-8."},
      {413, "form-field-too-large", "A field that is no file holds more than 64 KiB."},
      {413, "form-text-too-large", "The form's fields that are no files hold more than 256 KiB together."},
      {422, "file-missing", "The form has no file."},
  };
  for (const char* what :
       {"bad-boundary", "bad-boundary-line", "bad-disposition", "bad-header", "bad-name", "epilogue-too-long",
        "part-header-too-long", "preamble-too-long", "too-many-headers", "too-many-parts", "truncated"})
    problems.push_back({400, std::string("multipart-") + what, "The form is malformed; the sentence says where."});
  return problems;
}

std::vector<ProblemDescription> raw_problems() {
  return {{400, "content-range-refused", "The body is the whole file."},
          {415, "content-encoding-refused", "The body is the file as it is."},
          {400, "repeated-field", "A property was given twice."}};
}

std::vector<ProblemDescription> upload_problems(const std::vector<ProblemDescription>& of_the_door) {
  std::vector<ProblemDescription> problems = {
      {413, "file-too-large", "The file is larger than its collection allows."},
      {415, "file-type-not-allowed", "The collection does not take files of this name."},
      {415, "type-mismatch", "Name, declared type and content do not agree."},
      {422, "file-empty", "The file has no bytes."},
      {400, "filename-invalid", "The file's name cannot be kept."},
      {422, "unknown-collection", "There is no such collection."},
      {422, "property-invalid", "A property breaks its rule."},
      {422, "properties-too-large", "Files times metadata, tags and record are more than 1 MiB."},
      {422, "idempotency-key-reused", "The key was used for another request."},
      {422, "idempotency-key-invalid", "The key is not 1 to 255 visible ASCII characters."},
      {422, "upload-too-long", "The files of one form took longer than 45 minutes."},
      {507, "quota-exceeded", "The user's quota has no room."},
      {507, "no-space", "The store is full."},
      {503, "unavailable", "The store or the catalog takes nothing at the moment."},
      {503, "store-read-only", "A failed disk: files are given, none are taken until the next start."},
      {503, "catalog-read-only", "The same of the catalog."},
      {503, "overloaded", "Too much is waiting; try again in a moment."},
  };
  problems.insert(problems.end(), of_the_door.begin(), of_the_door.end());
  return problems;
}

ProblemDescription not_found() { return {404, "no-such-attachment", "Not there, or not yours."}; }
ProblemDescription stale() {
  return {412, std::string(catalog::kPreconditionFailed), "If-Match or its like did not hold."};
}

http::Route upload_founding_route(const Services& services) {
  http::Route route{.method = Method::Post,
                    .pattern = path("/upload"),
                    .operation = "uploadAttachment",
                    .summary = "Upload one file by form; refusals of the file are 400",
                    .tag = "founding",
                    .access = Access::Write,
                    .parameters = upload_parameters(),
                    .bodies = {{"multipart/form-data", "UploadForm"}},
                    .answers = {{200, "The attachment.", "application/json", "Attachment"}},
                    .problems = upload_problems(form_problems()),
                    .handler = handler_of(services, upload_founding)};
  route.problems.push_back({400, "too-many-files", "This route takes one file a request."});
  for (ProblemDescription& problem : route.problems) {
    if (problem.status == 413 || problem.status == 415 || problem.status == 422) problem.status = 400;
  }
  return route;
}

http::Route upload_form_route(const Services& services) {
  return {.method = Method::Post,
          .pattern = path(""),
          .operation = "createAttachments",
          .summary = "Upload one or many files by form",
          .tag = "attachments",
          .access = Access::Write,
          .parameters = upload_parameters(),
          .bodies = {{"multipart/form-data", "UploadForm"}},
          .answers = {{201, "One file: the attachment.", "application/json", "Attachment"},
                      {207, "Several files: what became of each.", "application/json", "UploadOutcome"}},
          .problems = upload_problems(form_problems()),
          .handler = handler_of(services, upload_form)};
}

http::Route upload_raw_route(const Services& services) {
  http::Route route{.method = Method::Put,
                    .pattern = path(""),
                    .operation = "putAttachment",
                    .summary = "Upload one file as the raw body, of known length or chunked",
                    .tag = "attachments",
                    .access = Access::Write,
                    .parameters = upload_parameters(),
                    .bodies = {{"*/*", R"({"type":"string","format":"binary"})"}},
                    .answers = {{201, "The attachment.", "application/json", "Attachment"}},
                    .problems = upload_problems(raw_problems()),
                    .handler = handler_of(services, upload_raw)};
  route.parameters.insert(route.parameters.begin(),
                          {.name = "filename", .description = "The file's name.", .required = true});
  return route;
}

std::vector<Parameter> list_parameters() {
  return {
      {.name = "task_id", .type = ValueType::Integer, .description = "Only those of this task."},
      {.name = "record_type", .description = "Only those of records of this type."},
      {.name = "record_id", .description = "With record_type: only those of this record."},
      {.name = "collection", .description = "Only those of this collection."},
      {.name = "tag", .description = "Only those with this tag."},
      {.name = "mime_type", .description = "Only this type: image/png, or image/*."},
      {.name = "state",
       .description = "Only those in this state.",
       .allowed = {"received", "quarantined", "ready", "rejected"}},
      {.name = "created_after", .type = ValueType::Timestamp, .description = "Only those made after this moment."},
      {.name = "created_before", .type = ValueType::Timestamp, .description = "Only those made before this moment."},
      {.name = "metadata.*",
       .description = "Only those whose metadata has this member with this value; at most 8 of them."},
      {.name = "sort",
       .description = "The order; '-' turns it round. Pages by created_at cost the same however many rows there are.",
       .allowed = {"-created_at", "created_at", "filename", "-filename", "file_size", "-file_size"}},
      {.name = "limit", .type = ValueType::Integer, .description = "Rows a page (50).", .minimum = 1, .maximum = 200},
      {.name = "cursor", .description = "The member 'next' of the page before."},
      {.name = "count", .type = ValueType::Boolean, .description = "Also count the whole selection."},
  };
}

http::Route list_route(const Services& services) {
  return {.method = Method::Get,
          .pattern = path(""),
          .operation = "listAttachments",
          .summary = "Your attachments, newest first",
          .tag = "attachments",
          .access = Access::Read,
          .parameters = list_parameters(),
          .answers = {{200, "A page.", "application/json", "AttachmentPage"}},
          .problems = {{400, "cursor-invalid", "The cursor is not one of ours or of another sort."},
                       {400, "too-many-filters", "More than 8 parameters 'metadata.*'."}},
          .handler = handler_of(services, list_attachments)};
}

http::Route get_route(const Services& services) {
  return {.method = Method::Get,
          .pattern = path("/{id}"),
          .operation = "getAttachment",
          .summary = "One attachment",
          .tag = "attachments",
          .access = Access::Read,
          .parameters = {id_parameter(), header("If-None-Match", "Answers 304 when nothing has changed.")},
          .answers = {{200, "The attachment.", "application/json", "Attachment"}, {304, "Nothing has changed."}},
          .problems = {not_found(), stale()},
          .handler = handler_of(services, get_attachment)};
}

http::Route patch_route(const Services& services) {
  return {.method = Method::Patch,
          .pattern = path("/{id}"),
          .operation = "changeAttachment",
          .summary = "Change name, task, record, metadata, tags or expiry (JSON merge patch)",
          .tag = "attachments",
          .access = Access::Write,
          .parameters = {id_parameter(), header("If-Match", "Only when the attachment still has this ETag.")},
          .bodies = {{"application/merge-patch+json", "AttachmentChange"}},
          .answers = {{200, "The attachment.", "application/json", "Attachment"}},
          .problems = {not_found(),
                       stale(),
                       {400, "json-invalid", "The body is not well-formed JSON."},
                       {400, "filename-invalid", "The new name cannot be kept."},
                       {413, "body-too-large", "More than 1 MiB of JSON."},
                       {422, "property-invalid", "A property breaks its rule."},
                       {422, "json-not-object", "The body is no JSON object."},
                       {422, "unknown-collection", "Its collection is no longer there to judge the new name."},
                       {415, "file-type-not-allowed", "The collection does not take files of the new name."},
                       {415, "type-mismatch", "The new name stands for another type."},
                       {409, "busy", "Others change it at the same time."}},
          .handler = handler_of(services, patch_attachment)};
}

http::Route delete_route(const Services& services) {
  return {.method = Method::Delete,
          .pattern = path("/{id}"),
          .operation = "deleteAttachment",
          .summary = "Delete one attachment for good",
          .tag = "attachments",
          .access = Access::Write,
          .parameters = {id_parameter(), header("If-Match", "Only when the attachment still has this ETag.")},
          .answers = {{204, "It is gone."}},
          .problems = {not_found(), stale()},
          .handler = handler_of(services, delete_attachment)};
}

http::Route download_route(const Services& services) {
  return {
      .method = Method::Get,
      .pattern = path("/{id}/download"),
      .operation = "downloadAttachment",
      .summary = "The file's bytes, whole or in ranges",
      .tag = "founding",
      .access = Access::Read,
      .parameters = {id_parameter(),
                     {.name = "disposition",
                      .description = "'inline' shows pictures and plain text in the page; all else stays a download.",
                      .allowed = {"attachment", "inline"}},
                     header("Range", "bytes=0-99, at most 16 ranges."),
                     header("If-None-Match", "Answers 304 when the client has the bytes."),
                     header("If-Range", "The range only when nothing has changed, else the whole.")},
      .answers = {{200, "The whole file.", "*/*", R"({"type":"string","format":"binary"})"},
                  {206, "The ranges asked for.", "*/*", R"({"type":"string","format":"binary"})"},
                  {304, "The client has it."}},
      .problems = {not_found(),
                   stale(),
                   {409, "not-ready", "Its state is not 'ready'."},
                   {416, "range-not-satisfiable", "The range lies beyond the end."}},
      .handler = handler_of(services, download)};
}

std::vector<ProblemDescription> picture_problems() {
  return {not_found(),
          stale(),
          {400, "no-picture", "Nothing can be shown of a file of this type."},
          {409, "not-ready", "Its state is not 'ready'."},
          {422, "picture-unreadable", "The file is damaged, or not what it is said to be."},
          {422, "picture-too-large", "More pixels than media.max_pixels."},
          {422, "picture-too-costly", "It takes more time or memory than media.* allows."},
          {422, "document-locked", "The document wants a password."},
          {415, "picture-type-unsupported", "This build has no engine for the type."},
          {503, "overloaded", "Too many pictures are being made; try again in a moment."},
          {503, "media-disabled", "media.enabled is off."},
          {503, "media-away", "The media process is being started again; try again."}};
}

// Accept chooses the type; OpenAPI wants it said by the answer's content, not as a parameter.
Parameter picture_condition() { return header("If-None-Match", "Answers 304 when the client has the picture."); }

http::Route thumbnail_route(const Services& services) {
  http::Route route{.method = Method::Get,
                    .pattern = path("/{id}/thumbnail"),
                    .operation = "getThumbnail",
                    .summary = "A small picture of the file, within 200x200, of the type Accept likes",
                    .tag = "founding",
                    .access = Access::Read,
                    .parameters = {id_parameter(), picture_condition()},
                    .answers = {{200, "The picture.", "image/*", R"({"type":"string","format":"binary"})"},
                                {304, "The client has it."}},
                    .problems = picture_problems(),
                    .handler = handler_of(services, thumbnail)};
  return route;
}

std::vector<Parameter> preview_parameters() {
  std::vector<Parameter> parameters = {
      id_parameter(),
      {.name = "page",
       .type = ValueType::Integer,
       .description = "Of a document, from 1.",
       .minimum = 1,
       .maximum = kLastPreviewPage},
      {.name = "width",
       .type = ValueType::Integer,
       .description = "At most so many pixels; without both sides 1024x1024.",
       .minimum = 1,
       .maximum = kLargestPreviewSide},
      {.name = "height",
       .type = ValueType::Integer,
       .description = "At most so many pixels; one side alone leaves the other free.",
       .minimum = 1,
       .maximum = kLargestPreviewSide},
      {.name = "fit",
       .description = "contain: all of it within the box; cover: the box filled, the rest cut off; fill: stretched.",
       .allowed = {"contain", "cover", "fill"}},
      {.name = "format", .description = "The type, whatever Accept says.", .allowed = {"jpeg", "png", "webp", "avif"}},
  };
  parameters.push_back(picture_condition());
  return parameters;
}

http::Route preview_route(const Services& services) {
  http::Route route{
      .method = Method::Get,
      .pattern = path("/{id}/preview"),
      .operation = "getPreview",
      .summary = "A picture of the file, or of a page of it, in the size you want and the type Accept likes",
      .tag = "attachments",
      .access = Access::Read,
      .parameters = preview_parameters(),
      .answers = {{200, "The picture.", "image/*", R"({"type":"string","format":"binary"})"},
                  {304, "The client has it."}},
      .problems = picture_problems(),
      .handler = handler_of(services, preview)};
  route.problems.push_back({404, "no-such-page", "The file has fewer pages."});
  return route;
}

http::Route get_text_route(const Services& services) {
  return {.method = Method::Get,
          .pattern = path("/{id}/text"),
          .operation = "getText",
          .summary = "The text of the file: its own, or what was recognised in its pictures",
          .tag = "text",
          .access = Access::Read,
          .parameters = {id_parameter(),
                         {.name = "format",
                          .description = "json: page by page, with the place of each word; txt: the text alone.",
                          .allowed = {"json", "txt"}}},
          .answers = {{200, "The text.", "application/json", "Text"},
                      {200, "The text alone.", "text/plain", R"({"type":"string"})"},
                      {202, "It is being read; come again.", "application/json", "TextPending"}},
          .problems = {not_found(),
                       {400, "no-text", "No text is read from files of this type."},
                       {409, "not-ready", "Its state is not 'ready'."},
                       {422, "text-unreadable", "The file is damaged, or not what it is said to be."},
                       {422, "text-too-costly", "It takes more time or memory than media.* allows."},
                       {422, "picture-too-large", "More pixels than media.max_pixels."},
                       {422, "document-locked", "The document wants a password."},
                       {422, "text-unavailable", "It could not be read when it was tried; have it read again."},
                       {422, "language-missing", "The server has not all of text.languages."}},
          .handler = handler_of(services, get_text)};
}

http::Route read_text_route(const Services& services) {
  return {.method = Method::Post,
          .pattern = path("/{id}/text"),
          .operation = "readTextAgain",
          .summary = "Read the text once more, say after a language was installed",
          .tag = "text",
          .access = Access::Write,
          .parameters = {id_parameter()},
          .answers = {{202, "It is being read.", "application/json", "TextPending"}},
          .problems = {not_found(),
                       {400, "no-text", "No text is read from files of this type."},
                       {409, "not-ready", "Its state is not 'ready'."}},
          .handler = handler_of(services, read_text_again)};
}

http::Route search_route(const Services& services) {
  return {
      .method = Method::Get,
      .pattern = "/api/v1/search",
      .operation = "search",
      .summary = "Your attachments by words of their names, tags, metadata and texts, the best first",
      .tag = "text",
      .access = Access::Read,
      .parameters = {{.name = "q",
                      .description = "Words that must all be there; \"in quotes\" next to each other; begin* for "
                                     "words that begin so; -word for one that must not be there. At most 512 bytes.",
                      .required = true},
                     {.name = "limit",
                      .type = ValueType::Integer,
                      .description = "Hits a page (20).",
                      .minimum = 1,
                      .maximum = 50},
                     {.name = "cursor", .description = "The member 'next' of the page before."}},
      .answers = {{200, "A page of hits.", "application/json", "SearchPage"}},
      .problems = {{400, "query-empty", "Nothing that could be found."},
                   {400, "query-too-long", "More than 512 bytes."},
                   {400, "query-too-many-terms", "More than 16 words."},
                   {400, "cursor-invalid", "The cursor is not one of ours."}},
      .handler = handler_of(services, search)};
}

http::Route bulk_delete_route(const Services& services) {
  return {.method = Method::Delete,
          .pattern = path("/bulk-delete"),
          .operation = "bulkDeleteAttachments",
          .summary = "Delete many; counts those that were yours",
          .tag = "founding",
          .access = Access::Write,
          .bodies = {{"application/json", R"({"type":"array","items":{"type":"integer","format":"int64"}})"}},
          .answers = {{200, "How many were deleted.", "application/json",
                       R"({"type":"object","properties":{"deleted":{"type":"integer"}},"required":["deleted"]})"}},
          .problems = {{400, "json-invalid", "The body is not well-formed JSON."},
                       {413, "body-too-large", "More than 1 MiB of JSON."},
                       {422, "ids-invalid", "Not an array of at most 10000 ids."}},
          .handler = handler_of(services, bulk_delete)};
}

}  // namespace

std::vector<http::Route> attachment_routes(const Services& services) {
  return {upload_founding_route(services),
          upload_form_route(services),
          upload_raw_route(services),
          list_route(services),
          get_route(services),
          patch_route(services),
          delete_route(services),
          download_route(services),
          thumbnail_route(services),
          preview_route(services),
          get_text_route(services),
          read_text_route(services),
          search_route(services),
          bulk_delete_route(services)};
}

}  // namespace holdall::api
