#pragma once
// Messages with descriptors beside them, over a SOCK_SEQPACKET unix socket (unix(7), SCM_RIGHTS).
#include <array>
#include <cstddef>
#include <expected>
#include <span>
#include <utility>
#include <vector>

namespace holdall::media::protocol {

/// An open descriptor that is closed at the end.
class OwnedDescriptor {
 public:
  OwnedDescriptor() = default;
  explicit OwnedDescriptor(int number) : number_(number) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept;
  ~OwnedDescriptor() { reset(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void reset();

 private:
  int number_ = -1;
};

/// The descriptors of a request, in this order.
struct JobDescriptors {
  OwnedDescriptor input;   ///< a file to read from its start; read-only
  OwnedDescriptor output;  ///< an empty file to write
  OwnedDescriptor reply;   ///< where the child writes its Reply
  OwnedDescriptor exit;    ///< where the zygote writes its Exit
};

inline constexpr std::size_t kMostDescriptors = 4;

/// 0, or an errno; EAGAIN when the socket's buffer is full. Never raises SIGPIPE.
int send_message(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors);

struct ReceivedMessage {
  std::vector<std::byte> bytes;
  std::vector<OwnedDescriptor> descriptors;
};

/// The next message, of at most `largest` bytes; an empty one at the end of the stream. An errno; EMSGSIZE for a
/// message that is longer or brings more descriptors than kMostDescriptors (they are closed).
std::expected<ReceivedMessage, int> receive_message(int socket, std::size_t largest);

}  // namespace holdall::media::protocol
