#include "attachment/receive.h"

#include <utility>

namespace holdall::attachment {
namespace {

// What a piece must pass before it is written.
struct Gauge {
  Inspection& inspection;
  Reservation* reservation;  ///< null: nothing to take room from
  catalog::Usage taken;      ///< before this file
};

io::Task<Result<void>> pump(io::ByteSource& bytes, blob::Writer& writer, Gauge gauge) {
  while (true) {
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await bytes.next());
    if (piece.empty()) break;
    HOLDALL_CO_TRY_VOID(gauge.inspection.feed(piece));
    if (gauge.reservation != nullptr) {
      HOLDALL_CO_TRY_VOID(gauge.reservation->cover(gauge.taken.bytes + gauge.inspection.size(), gauge.taken.files + 1));
    }
    HOLDALL_CO_TRY_VOID(co_await writer.write(piece));
  }
  co_return gauge.inspection.finish();
}

ReceivedFile file_of(const Inspection& inspection, std::string key, const blob::Written& written) {
  return {std::move(key), inspection.filename(), inspection.mime_type(), written.size, written.sha256};
}

}  // namespace

io::Task<Result<void>> MeasuringWriter::write(std::span<const std::byte> bytes) {
  digest_.update(bytes);
  size_ += bytes.size();
  co_return Result<void>{};
}

io::Task<Result<blob::Written>> MeasuringWriter::commit() { co_return blob::Written{size_, digest_.finish()}; }

io::Task<Result<ReceivedFile>> receive(const Backends& backends, UserId user, const Collection& collection,
                                       FileIntent intent, io::ByteSource& bytes, Reservation& reservation,
                                       catalog::Usage taken, const Context& context) {
  HOLDALL_CO_TRY(Inspection inspection, Inspection::begin(collection, intent));
  blob::Key key = blob::Key::make(user, backends.clock.now());
  const blob::WriteOptions options{.expected_size = intent.declared_size};
  HOLDALL_CO_TRY(const std::unique_ptr<blob::Writer> writer, co_await backends.store.create(key, options, context));
  HOLDALL_CO_TRY_VOID(co_await pump(bytes, *writer, {inspection, &reservation, taken}));
  HOLDALL_CO_TRY(const blob::Written written, co_await writer->commit());
  co_return file_of(inspection, key.text(), written);
}

io::Task<Result<ReceivedFile>> measure(const Collection& collection, FileIntent intent, io::ByteSource& bytes) {
  HOLDALL_CO_TRY(Inspection inspection, Inspection::begin(collection, intent));
  MeasuringWriter writer;
  HOLDALL_CO_TRY_VOID(co_await pump(bytes, writer, {inspection, nullptr, {}}));
  HOLDALL_CO_TRY(const blob::Written written, co_await writer.commit());
  co_return file_of(inspection, {}, written);
}

}  // namespace holdall::attachment
