#pragma once
// The attachment as the API shows it: the nine founding members first, in their order, and then the others.
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "catalog/rows.h"

namespace holdall::api {

/// `owner` is the subject of the user whose attachment it is.
boost::json::object attachment_json(const catalog::Attachment& attachment, std::string_view owner);

std::string to_text(const boost::json::value& value);

}  // namespace holdall::api
