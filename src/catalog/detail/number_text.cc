#include "catalog/detail/number_text.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace holdall::catalog::detail {

std::optional<std::variant<std::int64_t, double>> json_number(std::string_view text) {
  constexpr std::size_t kLongest = 64;  // no number needs more, and a long text is none
  const bool begins_like_one = !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
  const bool ends_like_one = !text.empty() && text.back() >= '0' && text.back() <= '9';
  if (!begins_like_one || !ends_like_one || text.size() > kLongest) return std::nullopt;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  if (error) return std::nullopt;
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

}  // namespace holdall::catalog::detail
