#pragma once
// The text of an attachment as a stream: pages are read from the catalog while they are sent.
#include <memory>
#include <string_view>

#include <boost/json/array.hpp>

#include "catalog/texts.h"
#include "io/byte_source.h"

namespace holdall::api {

std::string_view name_of(catalog::TextSource source);

/// [left, top, right, bottom] as shares of the page's width and height, from its left upper corner.
boost::json::array box_json(const catalog::Word& word);

/// All pages, as JSON or as plain text with a form feed behind each page of what has pages. `texts` outlives
/// it. Of text that is read again meanwhile some pages may be old and some new.
std::unique_ptr<io::ByteSource> stream_text(catalog::Texts& texts, const catalog::Attachment& row,
                                            const catalog::TextOutcome& outcome, bool is_plain, const Context& context);

}  // namespace holdall::api
