#pragma once
// Feeds bytes to the request parser as a connection would, cut into pieces, and collects what comes out.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "http/request_parser.h"

namespace holdall::http::testing {

/// One message; comparable, so that two ways of cutting the same bytes can be held against each other.
struct Parsed {
  std::string head;  ///< "GET /target 1.1 keep\nName=value\n..."
  std::string body;
  bool is_complete = false;
  Refusal refusal = Refusal::None;
  friend bool operator==(const Parsed&, const Parsed&) = default;
};

inline std::string head_text(const RequestHead& head) {
  std::string text = std::string(name_of(head.method)) + " " + std::string(head.path_and_query) + " 1." +
                     std::to_string(head.minor_version) + (head.keep_alive ? " keep\n" : " close\n");
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    const Fields::Field field = head.fields.at(i);
    text.append(field.name).append("=").append(field.value).append("\n");
  }
  return text;
}

/// Offers `piece` more bytes whenever the parser wants more (0: all at once). The last message may be incomplete; a
/// refused one is the last.
inline std::vector<Parsed> parse_all(std::string_view bytes, std::size_t piece) {
  using Event = RequestParser::Event;
  RequestParser parser;
  std::vector<Parsed> messages;
  bool in_message = false;
  std::size_t done = 0;
  std::size_t offered = piece == 0 ? bytes.size() : std::min(piece, bytes.size());
  while (true) {
    // A copy of its own size: reading past what was offered is seen by the address sanitizer.
    const std::string offer(bytes.substr(done, offered - done));
    const auto step = parser.parse(as_bytes(offer));
    done += step.consumed;
    if (!in_message && (parser.has_begun() || done < offered)) {
      messages.emplace_back();
      in_message = true;
    }
    if (step.event == Event::Head) messages.back().head = head_text(parser.head());
    if (step.event == Event::Body) messages.back().body += as_text(step.body);
    if (step.event == Event::Refused) {
      messages.back().refusal = parser.refusal();
      return messages;
    }
    if (step.event == Event::End) {
      messages.back().is_complete = true;
      parser.reset();
      in_message = false;
      if (done == bytes.size()) return messages;
    }
    if (step.event != Event::NeedMore) continue;
    if (offered == bytes.size()) return messages;
    offered = std::min(offered + piece, bytes.size());
  }
}

}  // namespace holdall::http::testing
