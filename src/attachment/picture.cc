#include "attachment/picture.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "attachment/readable_file.h"

namespace holdall::attachment {
namespace {

using media::PictureType;

// What is wrong with a file stays wrong, but the next version of a library may know better.
constexpr std::chrono::hours kFailureLifetime{24};

constexpr std::string_view name_of(media::Fit fit) {
  switch (fit) {
    case media::Fit::Contain: return "contain";
    case media::Fit::Cover: return "cover";
    case media::Fit::Fill: return "fill";
  }
  return "";
}

// The number goes up when pictures come out differently, so that the old ones are made again.
std::string recipe_of(const PictureOrder& order) {
  return fmt::format("picture1:{}x{}:{}:{}:{}", order.width, order.height, name_of(order.fit), order.page,
                     media::mime_type_of(order.target));
}

bool is_remembered(std::string_view code) {
  return code == media::kPictureUnreadable || code == media::kPictureTooLarge || code == media::kPictureTooCostly ||
         code == media::kDocumentLocked;
}

class PictureMaker {
 public:
  PictureMaker(const Backends& backends, const catalog::Attachment& row, PictureOrder order, media::Priority priority,
               const Context& context)
      : backends_(backends),
        row_(row),
        order_(order),
        priority_(priority),
        recipe_(recipe_of(order)),
        context_(context) {}

  io::Task<Result<catalog::Derivative>> find_or_make() {
    const std::string key = fmt::format("{}/{}", row_.blob.id.value, recipe_);
    while (true) {
      HOLDALL_CO_TRY(std::optional<catalog::Derivative> known, co_await find());
      if (known && known->bytes) co_return *std::move(known);
      if (known) co_return fail(media::file_error(known->failure, "remembered"));
      if (backends_.engine == nullptr) {
        co_return fail(ErrorKind::Unavailable, "media-disabled",
                       "This server makes no pictures (media.enabled is off).");
      }
      const SingleFlight::Seat seat = backends_.flights->join(key);
      if (!seat.leader) {
        if (co_await seat.landed->wait(context_)) continue;
        if (context_.stop.stop_requested()) co_return fail(ErrorKind::Cancelled, "cancelled", "Nobody waits any more.");
        co_return fail(ErrorKind::Timeout, "timeout", "The picture takes too long to make; try again.");
      }
      // Somebody may have landed between the look and the seat.
      HOLDALL_CO_TRY(known, co_await find());
      if (!known) co_return co_await make();
    }
  }

 private:
  /// Nothing also for a failure that is old enough to be tried again.
  io::Task<Result<std::optional<catalog::Derivative>>> find() {
    HOLDALL_CO_TRY(std::optional<catalog::Derivative> known,
                   co_await backends_.catalog.find_derivative(row_.blob.id, recipe_, context_));
    if (known && !known->bytes && backends_.clock.now() - known->created_at > kFailureLifetime) known.reset();
    co_return known;
  }

  io::Task<Result<catalog::Derivative>> make() {
    auto made = co_await ask_engine();
    catalog::Derivative row{.blob_id = row_.blob.id, .recipe = recipe_, .bytes = {}, .failure = {}, .created_at = {}};
    if (!made) {
      if (!is_remembered(made.error().code)) co_return fail(Error(made.error()));
      row.failure = made.error().code;
      HOLDALL_CO_TRY_VOID(co_await backends_.catalog.keep_derivative(std::move(row), context_));
      co_return fail(Error(made.error()));
    }
    // The first page tells the shape; on a later one it is not looked at again.
    if (!row_.pages && order_.page == 1) {
      const media::SourceShape& source = (*made)->source();
      HOLDALL_CO_TRY_VOID(co_await backends_.catalog.set_shape(
          row_.blob.id, {.width = source.width, .height = source.height, .pages = source.pages}, context_));
    }
    HOLDALL_CO_TRY(row.bytes, co_await store(**made));
    co_return co_await keep(std::move(row));
  }

  io::Task<Result<std::unique_ptr<media::MadePicture>>> ask_engine() {
    const auto source = media::picture_type_of(row_.mime_type);
    const auto key = blob::Key::parse(row_.blob.key);
    if (!source || !key) co_return fail(internal_error("a picture was ordered of what has none"));
    HOLDALL_CO_TRY(const std::unique_ptr<blob::Reader> reader, co_await backends_.store.open(*key, {}, context_));
    HOLDALL_CO_TRY(const ReadableFile file, co_await ReadableFile::of(*reader));
    co_return co_await backends_.engine->make_picture({.source = *source,
                                                       .target = order_.target,
                                                       .fit = order_.fit,
                                                       .width = order_.width,
                                                       .height = order_.height,
                                                       .page = order_.page},
                                                      file.descriptor(), priority_, context_);
  }

  io::Task<Result<catalog::DerivedBytes>> store(media::MadePicture& made) {
    blob::Key key = blob::Key::make(row_.user_id, backends_.clock.now());
    std::string text = key.text();
    HOLDALL_CO_TRY(const std::unique_ptr<blob::Writer> writer,
                   co_await backends_.store.create(std::move(key), {.expected_size = made.size()}, context_));
    while (true) {
      HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await made.next());
      if (piece.empty()) break;
      HOLDALL_CO_TRY_VOID(co_await writer->write(piece));
    }
    HOLDALL_CO_TRY(const blob::Written written, co_await writer->commit());
    co_return catalog::DerivedBytes{.key = std::move(text),
                                    .store = std::string(backends_.store.name()),
                                    .size = written.size,
                                    .sha256 = written.sha256,
                                    .mime_type = std::string(media::mime_type_of(order_.target)),
                                    .width = made.width(),
                                    .height = made.height()};
  }

  // Without a row the bytes are an orphan: the attachment went, another was quicker, or the catalog is away.
  io::Task<Result<catalog::Derivative>> keep(catalog::Derivative row) {
    const std::string key = row.bytes->key;
    Result<catalog::Derivative> kept = co_await backends_.catalog.keep_derivative(std::move(row), context_);
    const bool is_ours = kept && kept->bytes && kept->bytes->key == key;
    const bool is_known_lost = kept || kept.error().kind == ErrorKind::NotFound;
    if (!is_ours && is_known_lost) {
      const auto removed = co_await backends_.store.remove(*blob::Key::parse(key), context_);
      if (!removed) spdlog::warn("attachment: orphan {} left for gc: {}", key, describe(removed.error()));
    }
    co_return kept;
  }

  const Backends& backends_;
  const catalog::Attachment& row_;
  const PictureOrder order_;
  const media::Priority priority_;
  const std::string recipe_;
  const Context& context_;
};

}  // namespace

std::vector<PictureType> offers_for(std::string_view mime_type) {
  const auto source = media::picture_type_of(mime_type);
  if (!source) return {};
  // Where there may be transparency, or letters, PNG comes first; of photographs JPEG does.
  const bool is_photograph = *source == PictureType::Jpeg || *source == PictureType::Heic;
  if (!is_photograph) return {PictureType::Png, PictureType::Webp, PictureType::Avif, PictureType::Jpeg};
  return {PictureType::Jpeg, PictureType::Webp, PictureType::Avif, PictureType::Png};
}

io::Task<Result<catalog::Derivative>> find_or_make_picture(const Backends& backends, const catalog::Attachment& row,
                                                           PictureOrder order, media::Priority priority,
                                                           const Context& context) {
  PictureMaker maker(backends, row, order, priority, context);
  co_return co_await maker.find_or_make();
}

io::Task<Result<std::unique_ptr<blob::Reader>>> open_picture(const Backends& backends, const catalog::Derivative& made,
                                                             const Context& context) {
  const std::string& key = made.bytes->key;
  const auto parsed = blob::Key::parse(key);
  if (!parsed) co_return fail(internal_error("derivative with an impossible key: " + key));
  Result<std::unique_ptr<blob::Reader>> reader = co_await backends.store.open(*parsed, {}, context);
  if (!reader && reader.error().kind == ErrorKind::NotFound) {
    spdlog::warn("attachment: derivative {} has lost its bytes and will be made again", key);
    HOLDALL_CO_TRY_VOID(co_await backends.catalog.forget_derivative(made.blob_id, made.recipe, key, context));
  }
  co_return reader;
}

}  // namespace holdall::attachment
