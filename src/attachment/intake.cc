#include "attachment/intake.h"

#include <algorithm>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

#include "attachment/background.h"

namespace holdall::attachment {
namespace {

Result<void> check_idempotency_key(const std::optional<std::string>& key) {
  if (!key) return {};
  const bool fits =
      !key->empty() && key->size() <= 255 && std::ranges::all_of(*key, [](char c) { return c > 0x20 && c < 0x7f; });
  if (fits) return {};
  return fail(ErrorKind::Unprocessable, "idempotency-key-invalid",
              "Idempotency-Key must be 1 to 255 visible ASCII characters.");
}

// Whether a failed commit surely made no rows.
bool surely_nothing_happened(ErrorKind kind) {
  return kind == ErrorKind::QuotaExceeded || kind == ErrorKind::Overloaded || kind == ErrorKind::Cancelled ||
         kind == ErrorKind::Timeout || kind == ErrorKind::Unprocessable;
}

// Whether the file itself breaks a rule, and so would break it again.
bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::Unsupported || kind == ErrorKind::TooLarge || kind == ErrorKind::Unprocessable ||
         kind == ErrorKind::InvalidArgument;
}

std::size_t text_size(const Properties& properties) {
  std::size_t size = properties.metadata.size();
  for (const std::string& tag : properties.tags)
    size += tag.size();
  if (properties.record)
    size += properties.record->type.size() + properties.record->id.size() + properties.record->role.size();
  return size;
}

Result<void> check_room_for(const Properties& properties, std::size_t files) {
  const std::size_t size = text_size(properties);
  if (size * files <= kMaxPropertyBytes) return {};
  return fail(make_error(ErrorKind::Unprocessable, "properties-too-large",
                         "Every file of a request keeps its metadata, tags and record: " + std::to_string(files) +
                             " files with " + std::to_string(size) +
                             " bytes each are more than 1 MiB. Send fewer files at once, or shorter properties.")
                  .with("limit", static_cast<std::int64_t>(kMaxPropertyBytes)));
}

// Length before content, so that no two lists of texts feed the same bytes.
void feed(Sha256& digest, std::string_view text) {
  const std::uint64_t size = text.size();
  digest.update(std::as_bytes(std::span(&size, 1)));
  digest.update(std::as_bytes(std::span(text)));
}

}  // namespace

Intake::Intake(const Backends& backends, Caller caller, IntakeRequest request, const Context& context)
    : backends_(backends), caller_(std::move(caller)), request_(std::move(request)), context_(context) {}

io::Task<Result<std::unique_ptr<Intake>>> Intake::open(const Backends& backends, Caller caller, IntakeRequest request,
                                                       const Context& context) {
  HOLDALL_CO_TRY_VOID(check_idempotency_key(request.idempotency_key));
  std::unique_ptr<Intake> intake(new Intake(backends, std::move(caller), std::move(request), context));
  if (intake->request_.idempotency_key) {
    HOLDALL_CO_TRY(intake->earlier_, co_await backends.catalog.find_answer(intake->caller_.user,
                                                                           *intake->request_.idempotency_key, context));
  }
  const catalog::Quota quota = quota_of(backends.config);
  if (!intake->earlier_ && (quota.bytes || quota.files)) {
    HOLDALL_CO_TRY(const catalog::Usage used, co_await backends.catalog.usage(intake->caller_.user, context));
    intake->reservation_ = backends.reservations.open(intake->caller_.user, used, quota);
    HOLDALL_CO_TRY_VOID(intake->reservation_.cover(intake->request_.declared_bytes.value_or(0), 1));
  }
  co_return std::move(intake);
}

io::Task<Result<bool>> Intake::take(std::string collection, FileIntent intent, io::ByteSource& bytes) {
  std::string filename = intent.filename;
  Result<ReceivedFile> received = co_await receive_file(collection, std::move(intent), bytes);
  const bool taken = received.has_value();
  if (!taken && !is_refusal(received.error().kind)) co_return fail(std::move(received).error());
  if (taken) {
    taken_.bytes += received->size;
    ++taken_.files;
    if (!first_taken_at_) first_taken_at_ = backends_.clock.now();
  }
  files_.push_back({std::move(collection), std::move(filename), std::move(received)});
  co_return taken;
}

Result<void> Intake::require_in_time() const {
  if (!first_taken_at_ || backends_.clock.now() - *first_taken_at_ < kLongestIntake) return {};
  return fail(ErrorKind::Unprocessable, "upload-too-long",
              "All files of a request must come within " + std::to_string(kLongestIntake.count()) +
                  " minutes of the first; send fewer at a time.");
}

io::Task<Result<ReceivedFile>> Intake::receive_file(const std::string& collection, FileIntent intent,
                                                    io::ByteSource& bytes) {
  HOLDALL_CO_TRY(const Collection* policy, find_collection(backends_.config, collection));
  if (earlier_) co_return co_await measure(*policy, std::move(intent), bytes);
  HOLDALL_CO_TRY_VOID(require_in_time());
  co_return co_await receive(backends_, caller_.user, *policy, std::move(intent), bytes, reservation_, taken_,
                             context_);
}

Result<Properties> Intake::check(const PropertyTexts& texts) const {
  return check_properties(texts, earlier_ ? Timestamp::min() : backends_.clock.now());
}

io::Task<Result<catalog::StoredAnswer>> Intake::finish(Properties properties, RenderAnswer render) {
  if (earlier_) co_return answer_again(*earlier_, properties);
  if (Result<void> room = check_room_for(properties, taken_.files); !room) {
    co_await abandon();
    co_return fail(std::move(room).error());
  }
  Result<catalog::StoredAnswer> answer = co_await commit(properties, std::move(render));
  if (!answer) {
    in_doubt_ = !surely_nothing_happened(answer.error().kind);
    co_await abandon();
  }
  co_return answer;
}

io::Task<Result<catalog::StoredAnswer>> Intake::commit(const Properties& properties, RenderAnswer render) {
  std::vector<catalog::NewAttachment> rows = new_attachments(properties);
  std::set<std::string> queued;
  for (const catalog::NewAttachment& row : rows)
    queued.insert(row.jobs.begin(), row.jobs.end());
  if (rows.empty()) co_return render(items({}));  // nothing was taken: nothing to remember either
  HOLDALL_CO_TRY_VOID(require_in_time());
  std::optional<catalog::StoredAnswer> answer;
  std::optional<catalog::IdempotencyClaim> claim;
  if (request_.idempotency_key) {
    claim = catalog::IdempotencyClaim{
        .key = *request_.idempotency_key,
        .fingerprint = fingerprint(properties),
        .expires_at = backends_.clock.now() + kAnswerLifetime,
        .answer = [&](std::span<const catalog::Attachment> added) { return answer.emplace(render(items(added))); }};
  }
  HOLDALL_CO_TRY(const catalog::AddOutcome outcome,
                 co_await backends_.catalog.add(caller_.user, std::move(rows), quota_of(backends_.config),
                                                std::move(claim), context_));
  if (outcome.earlier) {  // the same key won while this body was coming in
    co_await abandon();
    co_return answer_again(*outcome.earlier, properties);
  }
  std::ranges::for_each(queued, backends_.wake_jobs);
  co_return answer ? *std::move(answer) : render(items(outcome.attachments));
}

io::Task<void> Intake::abandon() {
  if (in_doubt_) co_return;
  // Not under the request's own deadline: what is not removed here stays on the disk until gc comes by.
  const Context context{.request_id = context_.request_id, .deadline = Deadline::max(), .stop = {}};
  for (File& file : files_) {
    if (!file.received || file.received->key.empty()) continue;
    const std::optional<blob::Key> key = blob::Key::parse(file.received->key);
    const Result<void> removed = co_await backends_.store.remove(*key, context);
    file.received->key.clear();
    if (!removed) spdlog::warn("attachment: orphan {} left for gc: {}", key->text(), describe(removed.error()));
  }
}

Sha256Digest Intake::fingerprint(const Properties& properties) const {
  Sha256 digest;
  feed(digest, request_.operation);
  feed(digest, properties.task_id ? std::to_string(*properties.task_id) : "-");
  const catalog::RecordLink record = properties.record.value_or(catalog::RecordLink{});
  for (const std::string& text : {record.type, record.id, record.role, std::to_string(record.position)})
    feed(digest, text);
  feed(digest, properties.metadata);
  feed(digest, std::to_string(properties.tags.size()));
  for (const std::string& tag : properties.tags)
    feed(digest, tag);
  feed(digest, properties.expires_at ? to_rfc3339(*properties.expires_at) : "-");
  for (const File& file : files_) {
    feed(digest, file.collection);
    feed(digest, file.filename);
    feed(digest, file.received ? to_hex(file.received->sha256) : file.received.error().code);
  }
  return digest.finish();
}

std::vector<catalog::NewAttachment> Intake::new_attachments(const Properties& properties) const {
  std::vector<catalog::NewAttachment> rows;
  for (const File& file : files_) {
    if (!file.received) continue;
    rows.push_back({.key = file.received->key,
                    .store = std::string(backends_.store.name()),
                    .size = file.received->size,
                    .sha256 = file.received->sha256,
                    .collection = file.collection,
                    .filename = file.received->filename,
                    .mime_type = file.received->mime_type,
                    .task_id = properties.task_id,
                    .record = properties.record,
                    .metadata = properties.metadata,
                    .tags = properties.tags,
                    .state = catalog::State::Ready,
                    .expires_at = properties.expires_at,
                    .text_state = is_read(backends_, file.received->mime_type) ? catalog::TextState::Pending
                                                                               : catalog::TextState::None,
                    .jobs = jobs_for(backends_, file.received->mime_type)});
  }
  return rows;
}

std::vector<IntakeItem> Intake::items(std::span<const catalog::Attachment> added) const {
  std::vector<IntakeItem> items;
  std::size_t next = 0;
  for (const File& file : files_) {
    if (file.received) {
      items.emplace_back(added[next++]);
    } else {
      items.emplace_back(fail(Error(file.received.error())));
    }
  }
  return items;
}

Result<catalog::StoredAnswer> Intake::answer_again(const catalog::EarlierAnswer& earlier,
                                                   const Properties& properties) const {
  if (earlier.fingerprint == fingerprint(properties)) return earlier.answer;
  return fail(ErrorKind::Unprocessable, "idempotency-key-reused",
              "This Idempotency-Key was used for another request; use a new one.");
}

}  // namespace holdall::attachment
