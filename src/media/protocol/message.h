#pragma once
// What the server and the media process say to each other: fixed records of numbers over a unix socket, descriptors
// beside them. Both programs are of one build and one machine, so records are in the machine's own byte order; a
// version that differs is refused.
//
//   server -> zygote   Request with four descriptors (descriptors.h), one message a job
//   zygote -> server   Hello, once, before anything else
//   child  -> server   Reply, through the job's reply pipe. UNTRUSTED: whoever took the child over wrote it
//   zygote -> server   Exit, through the job's exit pipe, when the child is gone; the child never holds that pipe
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace holdall::media::protocol {

inline constexpr std::uint32_t kVersion = 2;

/// Where the media process finds the socket it is started with.
inline constexpr int kControlDescriptor = 3;
/// Exit codes of a child that gives no reply: no file was looked at, ours is the fault; and there was no more memory.
inline constexpr int kNotSandboxedExit = 70;
inline constexpr int kOutOfMemoryExit = 71;

/// What the zygote found to hold when it tried it, as bits of Hello::layers.
enum class Layer : std::uint32_t {
  Seccomp = 1,     ///< system calls that no engine needs are refused
  Landlock = 2,    ///< no file can be opened by name
  Limits = 4,      ///< memory, processor time, descriptors, size of the output
  Namespaces = 8,  ///< no network, no IPC of others
  Identity = 16,   ///< not root
};

struct Hello {
  std::uint32_t version = kVersion;
  std::uint32_t layers = 0;
  friend bool operator==(const Hello&, const Hello&) = default;
};

enum class JobKind : std::uint32_t { Probe = 1, Picture = 2, Text = 3, Recognition = 4 };

/// What pictures are made from, and, up to Avif, what they are written as. Loaders are chosen by what the file was
/// found to be, never by what a client called it.
enum class PictureType : std::uint32_t { Jpeg = 1, Png = 2, Gif = 3, Webp = 4, Avif = 5, Heic = 6, Tiff = 7, Pdf = 8 };

enum class Fit : std::uint32_t { Contain = 1, Cover = 2, Fill = 3 };

/// A picture to be made: never enlarged, upright, in sRGB, without metadata.
struct PictureOrder {
  PictureType source = PictureType::Jpeg;
  PictureType target = PictureType::Jpeg;
  Fit fit = Fit::Contain;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t page = 1;        ///< of a document, from 1; of anything else there is one
  std::uint32_t quality = 0;     ///< 1 to 100 where the target is lossy
  std::uint32_t unused = 0;      ///< no byte of the record is left to chance
  std::uint64_t max_pixels = 0;  ///< of the source; more is refused before anything is decoded
  friend bool operator==(const PictureOrder&, const PictureOrder&) = default;
};

/// What has text of its own. Readers are chosen by what the file was found to be.
enum class TextType : std::uint32_t { Pdf = 1, Plain = 2, Word = 3, Sheet = 4, Slides = 5, OpenDocument = 6 };

/// The text a file has in it; the output is pages (text_pages.h). More than is wanted is left out, and said.
struct TextOrder {
  TextType source = TextType::Plain;
  std::uint32_t most_pages = 0;
  std::uint64_t most_bytes = 0;
  friend bool operator==(const TextOrder&, const TextOrder&) = default;
};

/// The letters in a picture, or in the picture of a document's page; the output is one page (text_pages.h).
struct RecognitionOrder {
  PictureType source = PictureType::Jpeg;
  std::uint32_t page = 1;
  std::uint64_t max_pixels = 0;      ///< of the source, and of the page's picture
  std::array<char, 64> languages{};  ///< as tesseract names them, "deu+eng"; ends at the first NUL
  friend bool operator==(const RecognitionOrder&, const RecognitionOrder&) = default;
};

/// What a child tries that must not work; the self-test.
enum class Attempt : std::uint32_t {
  OpenFile = 1,
  Connect = 2,
  Execute = 3,
  Fork = 4,
  Trace = 5,
  ReadEnvironment = 6,
  EatMemory = 7,
  WriteMuch = 8,
  Hang = 9,
  Crash = 10,
  SignalByDescriptor = 11,
};

struct Limits {
  std::uint64_t memory_bytes = 0;  ///< address space of the child
  std::uint64_t output_bytes = 0;
  std::uint32_t cpu_seconds = 0;
  std::uint32_t wall_milliseconds = 0;
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// What the child may still do once it is sandboxed.
enum class Profile : std::uint32_t {
  Picture = 1,   ///< nothing but its descriptors
  Document = 2,  ///< also read fonts, character maps and what recognises letters
};

/// Whether anybody waits for the job; if not, it yields the processor to those that somebody waits for.
enum class Urgency : std::uint32_t { Awaited = 1, Background = 2 };

struct Request {
  std::uint32_t version = kVersion;
  JobKind kind = JobKind::Picture;
  Limits limits;
  PictureOrder picture{};               ///< for Picture
  TextOrder text{};                     ///< for Text
  RecognitionOrder recognition{};       ///< for Recognition
  Attempt attempt = Attempt::OpenFile;  ///< for Probe
  Profile profile = Profile::Picture;
  Urgency urgency = Urgency::Awaited;
  std::uint32_t unused = 0;
  friend bool operator==(const Request&, const Request&) = default;
};

enum class Outcome : std::uint32_t {
  Done = 1,
  Unreadable = 2,   ///< the bytes are not what they are said to be, or broken
  TooLarge = 3,     ///< more pixels than allowed
  Unsupported = 4,  ///< no engine for it in this build
  Failed = 5,       ///< the child could not do its work for another reason (memory, output limit)
  Locked = 6,       ///< a document that wants a password
  NoSuchPage = 7,
};

struct Reply {
  Outcome outcome = Outcome::Failed;
  std::uint32_t width = 0;  ///< of what was made
  std::uint32_t height = 0;
  std::uint32_t source_width = 0;  ///< upright
  std::uint32_t source_height = 0;
  std::uint32_t pages = 0;
  std::uint32_t is_truncated = 0;  ///< 1: there is more text than was wanted
  std::array<char, 96> reason{};   ///< for the log, ASCII; ends at the first NUL
  friend bool operator==(const Reply&, const Reply&) = default;
};

struct Exit {
  std::int32_t wait_status = 0;  ///< as waitpid gives it
  std::uint32_t was_killed = 0;  ///< 1: by the zygote, at the end of its time
  std::uint64_t peak_bytes = 0;  ///< resident
  friend bool operator==(const Exit&, const Exit&) = default;
};

std::span<const std::byte> bytes_of(const Hello& hello);
std::span<const std::byte> bytes_of(const Request& request);
std::span<const std::byte> bytes_of(const Reply& reply);
std::span<const std::byte> bytes_of(const Exit& exit);

/// Nothing for any other size, version, or a value that none of the enumerations has.
std::optional<Hello> parse_hello(std::span<const std::byte> bytes);
std::optional<Request> parse_request(std::span<const std::byte> bytes);
std::optional<Exit> parse_exit(std::span<const std::byte> bytes);

/// As above. Numbers are the child's claim and no more.
std::optional<Reply> parse_reply(std::span<const std::byte> bytes);

/// The languages of an order, and setting them; false when they are too long, or anything but letters, digits, '_', '-'
/// and '+'.
std::string_view languages_of(const RecognitionOrder& order);
bool set_languages(RecognitionOrder& order, std::string_view languages);

/// The printable ASCII of it, at most as long as there is room for.
void set_reason(Reply& reply, std::string_view text);
std::string_view reason_of(const Reply& reply);

}  // namespace holdall::media::protocol
