#pragma once
// Pages of text into the output of a job, in the form of media/protocol/text_pages.h.
#include <cstdint>

#include "media/protocol/text_pages.h"

namespace holdall::worker::engines {

/// Control characters become spaces, ill-formed UTF-8 question marks, so that offsets into a text stay. What does not
/// fit into a page is left out, and said. Once it has failed to write it stays so: what was written is of no use then.
class PageWriter {
 public:
  PageWriter(int output, std::uint32_t most_pages, std::uint64_t most_bytes)
      : output_(output), pages_left_(most_pages), bytes_left_(most_bytes) {}

  /// False when no more are wanted, or none can be written.
  bool add(media::protocol::TextPage page);
  /// Text without pages, any length: parts that end with a line where they can.
  bool add_parts(std::string_view text);

  bool is_truncated() const { return is_truncated_; }
  bool has_failed() const { return has_failed_; }

 private:
  void make_fit(media::protocol::TextPage& page);

  const int output_;
  std::uint32_t pages_left_;
  std::uint64_t bytes_left_;
  bool is_truncated_ = false;
  bool has_failed_ = false;
};

/// The mean of what is known of the words' confidence.
std::uint8_t mean_confidence(const std::vector<media::protocol::PageWord>& words);

}  // namespace holdall::worker::engines
