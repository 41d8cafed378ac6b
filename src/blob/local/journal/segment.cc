#include "blob/local/journal/segment.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>

#include "base/random.h"
#include "blob/local/file_stat.h"

namespace holdall::blob::local {
namespace {

alignas(kBlock) constexpr std::array<std::byte, kBlock> kZeros{};

iovec piece_of(std::span<const std::byte> bytes) {
  // pwritev does not write to it; the type is shared with preadv.
  return {const_cast<std::byte*>(bytes.data()), bytes.size()};
}

void drop_written(std::vector<iovec>& pieces, std::size_t count) {
  std::size_t done = 0;
  while (done < pieces.size() && count >= pieces[done].iov_len)
    count -= pieces[done++].iov_len;
  pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(done));
  if (pieces.empty() || count == 0) return;
  pieces.front().iov_base = static_cast<std::byte*>(pieces.front().iov_base) + count;
  pieces.front().iov_len -= count;
}

}  // namespace

Result<std::unique_ptr<Segment>> Segment::create(Medium& medium, unsigned number, std::uint64_t capacity) {
  // Under another name until it is whole: half a segment would be used with half its room.
  const std::string final_name = std::to_string(number);
  const std::string new_name = final_name + ".new";
  const int folder = medium.journal().get();
  static_cast<void>(::unlinkat(folder, new_name.c_str(), 0));
  Descriptor file(medium.disk().create_file(folder, new_name.c_str()));
  if (!file.is_open()) return fail(Medium::write_error(errno, "create journal/" + new_name));
  std::unique_ptr<Segment> segment(new Segment(medium, number, std::move(file), capacity));
  auto prepared = segment->write_zeros(capacity);
  if (prepared) prepared = segment->sync();
  if (prepared && medium.disk().rename_over(folder, new_name.c_str(), folder, final_name.c_str()) != 0) {
    prepared = fail(Medium::write_error(errno, "rename journal/" + new_name));
  }
  if (prepared && medium.disk().sync(folder) != 0) prepared = fail(medium.sync_error(errno, "fsync of journal"));
  if (!prepared) {
    static_cast<void>(medium.disk().unlink(folder, new_name.c_str()));
    return fail(std::move(prepared).error());
  }
  return segment;
}

Result<std::unique_ptr<Segment>> Segment::open(Medium& medium, unsigned number) {
  const std::string name = std::to_string(number);
  auto file = medium.journal().open(name, O_RDWR);
  if (!file) return fail(Medium::write_error(file.error(), "open journal/" + name));
  const auto found = stat_open_file(file->get());
  if (!found) return fail(Medium::write_error(found.error(), "stat journal/" + name));
  const std::uint64_t capacity = found->size / kBlock * kBlock;
  return std::unique_ptr<Segment>(new Segment(medium, number, std::move(*file), capacity));
}

Result<void> Segment::write_zeros(std::uint64_t length) {
  const std::vector<std::byte> zeros(1024 * 1024);
  for (std::uint64_t at = 0; at < length; at += zeros.size()) {
    const auto part =
        std::span(zeros).first(static_cast<std::size_t>(std::min<std::uint64_t>(zeros.size(), length - at)));
    HOLDALL_TRY_VOID(write_pieces({piece_of(part)}, at));
  }
  return {};
}

void Segment::begin(std::uint64_t sequence) {
  fill_random(life_.id);
  life_.sequence = sequence;
  used_ = 0;
  frames_ = 0;
}

Result<void> Segment::append(std::span<const Record> records, std::span<const std::span<const std::byte>> payloads) {
  const auto head = encode_head(life_, frames_, records);
  std::vector<iovec> pieces{piece_of(head)};
  std::uint64_t length = head.size();
  for (const auto& payload : payloads) {
    if (!payload.empty()) pieces.push_back(piece_of(payload));
    length += payload.size();
  }
  const std::uint64_t whole = (length + kBlock - 1) / kBlock * kBlock;
  if (whole > length) pieces.push_back(piece_of(std::span(kZeros).first(static_cast<std::size_t>(whole - length))));
  HOLDALL_TRY_VOID(write_pieces(std::move(pieces), used_));
  used_ += whole;
  ++frames_;
  return {};
}

Result<void> Segment::write_pieces(std::vector<iovec> pieces, std::uint64_t offset) {
  while (!pieces.empty()) {
    const ssize_t count = medium_.disk().write_all(file_.get(), pieces, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Medium::write_error(count == 0 ? ENOSPC : errno, "write " + name()));
    offset += static_cast<std::uint64_t>(count);
    drop_written(pieces, static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> Segment::sync() {
  if (medium_.disk().sync_data(file_.get()) != 0) return fail(medium_.sync_error(errno, "fdatasync of " + name()));
  return {};
}

Result<void> Segment::retire() {
  HOLDALL_TRY_VOID(write_pieces({piece_of(kZeros)}, 0));
  HOLDALL_TRY_VOID(sync());
  used_ = 0;
  frames_ = 0;
  return {};
}

}  // namespace holdall::blob::local
