#include "api/uploads.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/json.hpp>

#include "api/attachment_json.h"
#include "api/json_body.h"
#include "api/upload_fields.h"
#include "attachment/intake.h"
#include "http/form_reader.h"
#include "http/problem.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

// What surrounds the file in a form: delimiters, part headers, a few fields. A body declared larger than the limit and
// this cannot hold a file within the limit, and is refused before a byte of it is read.
constexpr std::uint64_t kFormSlack = 1024 * 1024;

// What the fields of one form may hold together: the longest properties come to a tenth of it, in any escaping.
constexpr std::size_t kMaxFormText = 256 * 1024;

enum class Door : std::uint8_t { Founding, Form };

std::optional<std::string> header(const http::Request& request, std::string_view name) {
  const auto value = request.fields.find(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

attachment::IntakeRequest intake_request(const http::Request& request, std::string operation,
                                         std::optional<std::uint64_t> declared_bytes) {
  return {.operation = std::move(operation),
          .idempotency_key = header(request, "Idempotency-Key"),
          .declared_bytes = declared_bytes};
}

// The bytes of files that a form surely brings: a quota must not refuse what fits for the sake of what surrounds it.
std::optional<std::uint64_t> file_bytes_of_form(const http::Request& request) {
  if (!request.content_length) return std::nullopt;
  return *request.content_length - std::min(*request.content_length, kFormSlack);
}

catalog::StoredAnswer answer_of_one(int status, const attachment::IntakeItem& item, std::string_view owner) {
  return {status, to_text(attachment_json(*item, owner))};
}

catalog::StoredAnswer answer_of_many(std::span<const attachment::IntakeItem> items, std::string_view owner,
                                     std::string_view request_id) {
  json::array list;
  for (const attachment::IntakeItem& item : items) {
    if (item) {
      list.push_back({{"status", 201}, {"attachment", attachment_json(*item, owner)}});
    } else {
      const http::Response problem = http::problem_response(item.error(), request_id);
      list.push_back({{"status", problem.status}, {"problem", json::parse(std::get<std::string>(problem.body))}});
    }
  }
  return {207, to_text(json::object{{"items", std::move(list)}})};
}

http::Response respond(const catalog::StoredAnswer& answer) {
  return http::Response::text(answer.status, "application/json", answer.body);
}

// The founding route says every refusal of a file with 400; its sentences are the policy's own.
Error founding_error(Error error) {
  const bool refusal = error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::TooLarge ||
                       error.kind == ErrorKind::Unprocessable;
  if (refusal) error.kind = ErrorKind::InvalidArgument;
  return error;
}

// One form being read: fields gathered, files handed to the intake as they come.
class FormUpload {
 public:
  FormUpload(const Services& services, Call& call, Door door, attachment::Intake& intake, UploadFields fields)
      : services_(services), call_(call), door_(door), intake_(intake), fields_(std::move(fields)) {}

  io::Task<Result<void>> read() {
    HOLDALL_CO_TRY(const std::unique_ptr<http::FormReader> form,
                   http::FormReader::open(call_.request, services_.form_limits));
    while (true) {
      HOLDALL_CO_TRY(std::optional<http::PartBegin> part, co_await form->next_part());
      if (!part) break;
      if (part->filename) {
        HOLDALL_CO_TRY_VOID(co_await take_file(*form, *std::move(part)));
      } else {
        HOLDALL_CO_TRY(std::string value, co_await form->read_text(part->name, services_.max_field_bytes));
        HOLDALL_CO_TRY_VOID(count_text(value.size()));
        HOLDALL_CO_TRY_VOID(take_field(part->name, std::move(value)));
      }
    }
    if (intake_.files() == 0)
      co_return fail(ErrorKind::Unprocessable, "file-missing", "Send a form with a file in the part 'file'.");
    co_return Result<void>{};
  }

  const UploadFields& fields() const { return fields_; }

 private:
  Result<void> count_text(std::size_t bytes) {
    text_bytes_ += bytes;
    if (text_bytes_ <= kMaxFormText) return {};
    return fail(make_error(ErrorKind::TooLarge, "form-text-too-large",
                           "The fields of a form may hold at most 256 KiB together; send files as files.")
                    .with("limit", static_cast<std::int64_t>(kMaxFormText)));
  }

  Result<void> take_field(std::string_view name, std::string value) {
    if (door_ == Door::Founding && !UploadFields::is_known(name)) return {};  // as the founding route always did
    if (name == "collection" && intake_.files() > 0)
      return fail(ErrorKind::InvalidArgument, "field-order", "Send the field 'collection' before the files.");
    return fields_.add(name, std::move(value));
  }

  io::Task<Result<void>> take_file(http::FormReader& form, http::PartBegin part) {
    if (part.filename->empty())  // a browser's file input left alone: nothing should follow
      co_return co_await skip_rest(form, make_error(ErrorKind::InvalidArgument, "filename-invalid",
                                                    "A file in this form has no name; give it one."));
    if (part.name != "file")
      co_return fail(make_error(ErrorKind::InvalidArgument, "unknown-field", "Send files in parts named 'file'.")
                         .with("field", part.name));
    if (door_ == Door::Founding && intake_.files() > 0)
      co_return fail(ErrorKind::InvalidArgument, "too-many-files", "This route takes one file a request.");
    attachment::FileIntent intent{std::move(*part.filename), std::move(part.content_type), std::nullopt};
    HOLDALL_CO_TRY(const bool taken, co_await intake_.take(fields_.collection(), std::move(intent), form.content()));
    if (taken) co_return Result<void>{};
    // The founding route answers at once; a form with several files goes on with the next.
    if (door_ == Door::Founding) co_return fail(founding_error(Error(intake_.last_error())));
    co_return co_await skip_rest(form, Error(intake_.last_error()));
  }

  // A part that is not taken is read past, but not for ever: a longer one ends the request with `reason`.
  static io::Task<Result<void>> skip_rest(http::FormReader& form, Error reason) {
    std::uint64_t skipped = 0;
    while (skipped <= kFormSlack) {
      HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await form.content().next());
      if (piece.empty()) co_return Result<void>{};
      skipped += piece.size();
    }
    co_return fail(std::move(reason));
  }

  const Services& services_;
  Call& call_;
  const Door door_;
  attachment::Intake& intake_;
  UploadFields fields_;
  std::size_t text_bytes_ = 0;
};

Result<void> judge_declared_size(const Services& services, const http::Request& request, const UploadFields& fields) {
  HOLDALL_TRY(const attachment::Collection* collection,
              attachment::find_collection(services.backends.config, fields.collection()));
  if (request.content_length.value_or(0) <= collection->max_file_size + kFormSlack) return {};
  return fail(attachment::too_large(collection->max_file_size));
}

io::Task<Result<http::Response>> read_form(const Services& services, Call& call, Door door, attachment::Intake& intake,
                                           UploadFields fields) {
  FormUpload upload(services, call, door, intake, std::move(fields));
  HOLDALL_CO_TRY_VOID(co_await upload.read());
  HOLDALL_CO_TRY(attachment::Properties properties, intake.check(upload.fields().properties()));
  if (intake.files() == 1 && intake.has_failed()) co_return fail(Error(intake.last_error()));
  const int status_of_one = door == Door::Founding ? 200 : 201;
  attachment::RenderAnswer render = [&call, status_of_one](std::span<const attachment::IntakeItem> items) {
    return items.size() == 1 ? answer_of_one(status_of_one, items.front(), call.caller.subject)
                             : answer_of_many(items, call.caller.subject, call.context().request_id);
  };
  HOLDALL_CO_TRY(const catalog::StoredAnswer answer, co_await intake.finish(std::move(properties), std::move(render)));
  co_return respond(answer);
}

io::Task<Result<http::Response>> upload_by_form(const Services& services, Call& call, Door door,
                                                std::string operation) {
  HOLDALL_CO_TRY(UploadFields fields, UploadFields::from_query(call.request));
  if (door == Door::Founding) {  // one file: the whole body is bounded by its limit
    HOLDALL_CO_TRY_VOID(judge_declared_size(services, call.request, fields));
  }
  attachment::IntakeRequest request =
      intake_request(call.request, std::move(operation), file_bytes_of_form(call.request));
  HOLDALL_CO_TRY(const std::unique_ptr<attachment::Intake> intake,
                 co_await attachment::Intake::open(services.backends, call.caller, std::move(request), call.context()));
  Result<http::Response> response = co_await read_form(services, call, door, *intake, std::move(fields));
  if (!response) co_await intake->abandon();
  co_return response;
}

io::Task<Result<http::Response>> read_raw(const Services& services, Call& call, attachment::Intake& intake,
                                          const UploadFields& fields) {
  HOLDALL_CO_TRY(attachment::Properties properties, intake.check(fields.properties()));
  attachment::FileIntent intent{.filename = std::string(call.request.query_value("filename").value_or("")),
                                .declared_type = header(call.request, "Content-Type").value_or(""),
                                .declared_size = call.request.content_length};
  HOLDALL_CO_TRY(const bool taken, co_await intake.take(fields.collection(), std::move(intent), *call.request.body));
  if (!taken) co_return fail(Error(intake.last_error()));
  attachment::RenderAnswer render = [&call](std::span<const attachment::IntakeItem> items) {
    return answer_of_one(201, items.front(), call.caller.subject);
  };
  HOLDALL_CO_TRY(const catalog::StoredAnswer answer, co_await intake.finish(std::move(properties), std::move(render)));
  co_return respond(answer);
}

}  // namespace

io::Task<Result<http::Response>> upload_founding(const Services& services, Call& call) {
  Result<http::Response> response = co_await upload_by_form(services, call, Door::Founding, "attachments/upload");
  if (response) co_return response;
  co_return fail(founding_error(std::move(response).error()));
}

io::Task<Result<http::Response>> upload_form(const Services& services, Call& call) {
  co_return co_await upload_by_form(services, call, Door::Form, "attachments");
}

io::Task<Result<http::Response>> upload_raw(const Services& services, Call& call) {
  if (call.request.fields.has("Content-Range"))
    co_return fail(ErrorKind::InvalidArgument, "content-range-refused",
                   "A raw upload is the whole file: leave Content-Range away.");
  if (call.request.fields.has("Content-Encoding"))
    co_return fail(ErrorKind::Unsupported, "content-encoding-refused",
                   "Send the file as it is: Content-Encoding is not taken off here.");
  HOLDALL_CO_TRY(const UploadFields fields, UploadFields::from_query(call.request));
  attachment::IntakeRequest request = intake_request(call.request, "attachments raw", call.request.content_length);
  HOLDALL_CO_TRY(const std::unique_ptr<attachment::Intake> intake,
                 co_await attachment::Intake::open(services.backends, call.caller, std::move(request), call.context()));
  Result<http::Response> response = co_await read_raw(services, call, *intake, fields);
  if (!response) co_await intake->abandon();
  co_return response;
}

}  // namespace holdall::api
