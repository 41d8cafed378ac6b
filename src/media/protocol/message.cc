#include "media/protocol/message.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace holdall::media::protocol {
namespace {

// Copied as they lie in memory: nothing in between that could carry what was there before.
static_assert(std::has_unique_object_representations_v<Hello>);
static_assert(std::has_unique_object_representations_v<Request>);
static_assert(std::has_unique_object_representations_v<Reply>);
static_assert(std::has_unique_object_representations_v<Exit>);

template <class Record>
std::optional<Record> copy(std::span<const std::byte> bytes) {
  if (bytes.size() != sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

template <class Record>
std::span<const std::byte> view(const Record& record) {
  return std::as_bytes(std::span(&record, 1));
}

bool is_language_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
}

template <std::size_t N>
std::string_view until_nul(const std::array<char, N>& text) {
  const auto end = std::ranges::find(text, '\0');
  return {text.data(), static_cast<std::size_t>(end - text.begin())};
}

template <class Enum>
bool is_between(Enum value, Enum first, Enum last) {
  return value >= first && value <= last;
}

bool is_sound(const PictureOrder& order) {
  return is_between(order.source, PictureType::Jpeg, PictureType::Pdf) &&
         is_between(order.target, PictureType::Jpeg, PictureType::Avif) &&
         is_between(order.fit, Fit::Contain, Fit::Fill) && order.width > 0 && order.height > 0 && order.quality >= 1 &&
         order.quality <= 100 && order.page > 0 && order.max_pixels > 0;
}

bool is_sound(const TextOrder& order) {
  return is_between(order.source, TextType::Pdf, TextType::OpenDocument) && order.most_pages > 0 &&
         order.most_bytes > 0;
}

bool is_sound(const RecognitionOrder& order) {
  const std::string_view languages = languages_of(order);
  return is_between(order.source, PictureType::Jpeg, PictureType::Pdf) && order.page > 0 && order.max_pixels > 0 &&
         !languages.empty() && std::ranges::all_of(languages, is_language_character);
}

char printable(char c) { return c >= 0x20 && c < 0x7f ? c : '?'; }

}  // namespace

std::span<const std::byte> bytes_of(const Hello& hello) { return view(hello); }
std::span<const std::byte> bytes_of(const Request& request) { return view(request); }
std::span<const std::byte> bytes_of(const Reply& reply) { return view(reply); }
std::span<const std::byte> bytes_of(const Exit& exit) { return view(exit); }

std::optional<Hello> parse_hello(std::span<const std::byte> bytes) {
  const auto hello = copy<Hello>(bytes);
  return hello && hello->version == kVersion ? hello : std::nullopt;
}

std::optional<Request> parse_request(std::span<const std::byte> bytes) {
  const auto request = copy<Request>(bytes);
  if (!request || request->version != kVersion) return std::nullopt;
  const bool has_limits = request->limits.memory_bytes > 0 && request->limits.output_bytes > 0 &&
                          request->limits.cpu_seconds > 0 && request->limits.wall_milliseconds > 0;
  if (!has_limits || !is_between(request->profile, Profile::Picture, Profile::Document) ||
      !is_between(request->urgency, Urgency::Awaited, Urgency::Background))
    return std::nullopt;
  switch (request->kind) {
    case JobKind::Probe:
      return is_between(request->attempt, Attempt::OpenFile, Attempt::SignalByDescriptor) ? request : std::nullopt;
    case JobKind::Picture: return is_sound(request->picture) ? request : std::nullopt;
    case JobKind::Text: return is_sound(request->text) ? request : std::nullopt;
    case JobKind::Recognition: return is_sound(request->recognition) ? request : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Exit> parse_exit(std::span<const std::byte> bytes) { return copy<Exit>(bytes); }

std::optional<Reply> parse_reply(std::span<const std::byte> bytes) {
  auto reply = copy<Reply>(bytes);
  if (!reply || !is_between(reply->outcome, Outcome::Done, Outcome::NoSuchPage)) return std::nullopt;
  const auto end = std::ranges::find(reply->reason, '\0');
  std::transform(reply->reason.begin(), end, reply->reason.begin(), printable);
  std::fill(end, reply->reason.end(), '\0');
  return reply;
}

void set_reason(Reply& reply, std::string_view text) {
  reply.reason.fill('\0');
  const std::size_t length = std::min(text.size(), reply.reason.size());
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length), reply.reason.begin(), printable);
}

std::string_view reason_of(const Reply& reply) { return until_nul(reply.reason); }

std::string_view languages_of(const RecognitionOrder& order) { return until_nul(order.languages); }

bool set_languages(RecognitionOrder& order, std::string_view languages) {
  if (languages.size() > order.languages.size() || !std::ranges::all_of(languages, is_language_character)) return false;
  order.languages.fill('\0');
  std::ranges::copy(languages, order.languages.begin());
  return true;
}

}  // namespace holdall::media::protocol
