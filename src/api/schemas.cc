#include "api/schemas.h"

namespace holdall::api {
namespace {

constexpr const char* kAttachment = R"({
  "type": "object",
  "required": ["id", "filename", "file_path", "file_size", "mime_type", "ocr_text", "task_id", "user_id", "created_at",
               "owner", "sha256", "collection", "state", "record", "metadata", "tags", "width", "height", "pages",
               "text_state", "updated_at", "expires_at", "version"],
  "properties": {
    "id": {"type": "integer", "format": "int64"},
    "filename": {"type": "string"},
    "file_path": {"type": "string", "description": "The blob's key in the store."},
    "file_size": {"type": "integer", "format": "int64"},
    "mime_type": {"type": "string", "description": "What the content is, not what the client said."},
    "ocr_text": {"type": ["string", "null"], "description": "What was recognised in its pictures, when one attachment is asked for: at most 64 KiB; all of it by /text. Null in listings."},
    "task_id": {"type": ["integer", "null"], "format": "int64"},
    "user_id": {"type": "integer", "format": "int64"},
    "created_at": {"type": "string", "format": "date-time"},
    "owner": {"type": "string", "description": "The token's sub."},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "collection": {"type": "string"},
    "state": {"type": "string", "enum": ["received", "quarantined", "ready", "rejected"]},
    "record": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Record"}]},
    "metadata": {"type": "object"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "width": {"type": ["integer", "null"]},
    "height": {"type": ["integer", "null"]},
    "pages": {"type": ["integer", "null"]},
    "text_state": {"type": "string", "enum": ["none", "pending", "done", "failed"]},
    "updated_at": {"type": "string", "format": "date-time"},
    "expires_at": {"type": ["string", "null"], "format": "date-time"},
    "version": {"type": "integer", "format": "int64"}
  }
})";

constexpr const char* kRecord = R"({
  "type": "object",
  "required": ["type", "id"],
  "properties": {
    "type": {"type": "string", "maxLength": 64},
    "id": {"type": "string", "maxLength": 255},
    "role": {"type": "string", "maxLength": 64},
    "position": {"type": "integer", "format": "int64"}
  }
})";

constexpr const char* kUploadForm = R"({
  "type": "object",
  "required": ["file"],
  "properties": {
    "file": {"type": "string", "format": "binary", "description": "One part, or several of this name."},
    "task_id": {"type": "integer", "format": "int64"},
    "collection": {"type": "string", "description": "Before the files."},
    "record_type": {"type": "string"},
    "record_id": {"type": "string"},
    "role": {"type": "string"},
    "position": {"type": "integer", "format": "int64"},
    "metadata": {"type": "string", "description": "A JSON object."},
    "tags": {"type": "string", "description": "Separated by commas, or a JSON array; may be repeated."},
    "expires_at": {"type": "string", "format": "date-time"}
  }
})";

constexpr const char* kUploadOutcome = R"({
  "type": "object",
  "required": ["items"],
  "properties": {
    "items": {"type": "array", "items": {
      "type": "object",
      "required": ["status"],
      "properties": {
        "status": {"type": "integer"},
        "attachment": {"$ref": "#/components/schemas/Attachment"},
        "problem": {"$ref": "#/components/schemas/Problem"}
      }
    }}
  }
})";

constexpr const char* kAttachmentPage = R"({
  "type": "object",
  "required": ["items", "next"],
  "properties": {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Attachment"}},
    "next": {"type": ["string", "null"], "description": "The cursor of the next page; null at the end."},
    "total": {"type": "integer", "description": "With count=true."}
  }
})";

constexpr const char* kAttachmentChange = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "filename": {"type": "string"},
    "task_id": {"type": ["integer", "null"], "format": "int64"},
    "record": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Record"}]},
    "metadata": {"type": ["object", "null"], "description": "Merged; members set to null go."},
    "tags": {"type": ["array", "null"], "items": {"type": "string"}},
    "expires_at": {"type": ["string", "null"], "format": "date-time"}
  }
})";

constexpr const char* kQuota = R"({
  "type": "object",
  "properties": {"bytes": {"type": ["integer", "null"]}, "files": {"type": ["integer", "null"]}}
})";

constexpr const char* kMe = R"({
  "type": "object",
  "required": ["user_id", "subject", "scopes", "expires_at", "collections", "quota"],
  "properties": {
    "user_id": {"type": "integer", "format": "int64"},
    "subject": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string", "enum": ["read", "write", "admin"]}},
    "expires_at": {"type": "string", "format": "date-time"},
    "collections": {"type": "object", "additionalProperties": {
      "type": "object",
      "properties": {
        "allowed_types": {"type": "array", "items": {"type": "string"}},
        "max_file_size": {"type": "integer", "format": "int64"}
      }
    }},
    "quota": {"$ref": "#/components/schemas/Quota"}
  }
})";

constexpr const char* kUsage = R"({
  "type": "object",
  "required": ["bytes", "files", "quota"],
  "properties": {
    "bytes": {"type": "integer", "format": "int64"},
    "files": {"type": "integer", "format": "int64"},
    "quota": {"$ref": "#/components/schemas/Quota"}
  }
})";

constexpr const char* kReadiness = R"({
  "type": "object",
  "required": ["status", "draining", "catalog", "store"],
  "properties": {
    "status": {"type": "string", "enum": ["ready", "unavailable"]},
    "draining": {"type": "boolean"},
    "catalog": {"type": "string", "enum": ["ok", "unavailable"]},
    "store": {"type": "string", "enum": ["ok", "read-only", "unavailable"]}
  }
})";

constexpr const char* kText = R"({
  "type": "object",
  "required": ["text_state", "language", "truncated", "pages"],
  "properties": {
    "text_state": {"type": "string", "enum": ["done"]},
    "language": {"type": ["string", "null"], "description": "Of what was recognised, as Tesseract names it."},
    "truncated": {"type": "boolean", "description": "The file has more text than is kept."},
    "pages": {"type": "array", "items": {
      "type": "object",
      "required": ["page", "source", "confidence", "text", "words"],
      "properties": {
        "page": {"type": "integer"},
        "source": {"type": "string", "enum": ["embedded", "ocr"]},
        "confidence": {"type": ["integer", "null"], "description": "0 to 100, of what was recognised."},
        "text": {"type": "string"},
        "words": {"type": "array", "items": {
          "type": "object",
          "required": ["text", "box"],
          "properties": {
            "text": {"type": "string"},
            "box": {"$ref": "#/components/schemas/Box"},
            "confidence": {"type": "integer"}
          }
        }}
      }
    }}
  }
})";

constexpr const char* kTextPending = R"({
  "type": "object",
  "required": ["text_state"],
  "properties": {"text_state": {"type": "string", "enum": ["pending"]}}
})";

constexpr const char* kBox = R"({
  "type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number", "minimum": 0, "maximum": 1},
  "description": "Left, top, right, bottom as shares of the page's width and height, from its left upper corner."
})";

constexpr const char* kFragments = R"({
  "type": "array", "items": {
    "type": "object",
    "required": ["text", "match"],
    "properties": {"text": {"type": "string"}, "match": {"type": "boolean"}}
  },
  "description": "A text in pieces, those that match marked."
})";

constexpr const char* kSearchPage = R"({
  "type": "object",
  "required": ["items", "next"],
  "properties": {
    "items": {"type": "array", "items": {
      "type": "object",
      "required": ["attachment", "score", "matched", "filename", "pages"],
      "properties": {
        "attachment": {"$ref": "#/components/schemas/Attachment"},
        "score": {"type": "number", "description": "Only good for comparing hits of one query."},
        "matched": {"type": "array", "items": {"type": "string", "enum": ["filename", "tags", "metadata", "text"]}},
        "filename": {"$ref": "#/components/schemas/Fragments"},
        "pages": {"type": "array", "maxItems": 3, "items": {
          "type": "object",
          "required": ["page", "source", "snippet", "boxes"],
          "properties": {
            "page": {"type": "integer"},
            "source": {"type": "string", "enum": ["embedded", "ocr"]},
            "snippet": {"$ref": "#/components/schemas/Fragments"},
            "boxes": {"type": "array", "items": {"$ref": "#/components/schemas/Box"}}
          }
        }}
      }
    }},
    "next": {"type": ["string", "null"], "description": "The cursor of the next page; null at the end."}
  }
})";

constexpr const char* kProblem = R"({
  "type": "object",
  "required": ["type", "title", "status", "detail", "request_id"],
  "properties": {
    "type": {"type": "string", "description": "urn:holdall:problem:<name>"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "One sentence a person can act on."},
    "request_id": {"type": "string"}
  }
})";

}  // namespace

std::map<std::string, std::string> schemas() {
  return {{"Attachment", kAttachment},
          {"AttachmentChange", kAttachmentChange},
          {"AttachmentPage", kAttachmentPage},
          {"Box", kBox},
          {"Fragments", kFragments},
          {"Me", kMe},
          {"Problem", kProblem},
          {"Quota", kQuota},
          {"Readiness", kReadiness},
          {"Record", kRecord},
          {"SearchPage", kSearchPage},
          {"Text", kText},
          {"TextPending", kTextPending},
          {"UploadForm", kUploadForm},
          {"UploadOutcome", kUploadOutcome},
          {"Usage", kUsage}};
}

}  // namespace holdall::api
